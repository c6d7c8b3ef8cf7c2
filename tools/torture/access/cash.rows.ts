import type { AccessDesk, Caller } from './access.desk.js';
import { type AccessRow, type Maker, of, plain, row, targetOf } from './access.row.js';

const DRAWERS = '/api/v1/cash-drawers/';
const SESSIONS = `${DRAWERS}sessions/`;
const CLOSES = '/api/v1/day-closes/';
const COUNT = { counted: [{ currency: 'TZS', amount: '100.00' }] };
const HANDLES = '401 403 403 403 200 200 200 404';
const SETS_UP = '401 403 403 403 403 200 200 404';

const drawerBody = (desk: AccessDesk) => ({
  name: `Till ${desk.number}`,
  currencies: [{ currency: 'TZS' }],
});
const aDrawer = (desk: AccessDesk): Promise<number> =>
  desk.make('staff', DRAWERS, drawerBody(desk));

/** Nobody may have two sessions: those of the request before are closed. */
async function closeAll(desk: AccessDesk): Promise<void> {
  for (const state of ['open', 'counting']) {
    const { body } = await desk.get('admin', `${SESSIONS}?status=${state}&page_size=100`);
    for (const { id } of (body as { results: { id: number }[] }).results) {
      await desk.post('admin', `${SESSIONS}${id}/close/`, COUNT);
    }
  }
}

const opening = async (desk: AccessDesk) => {
  await closeAll(desk);
  return { drawer: await aDrawer(desk), opening: [{ currency: 'TZS', amount: '100.00' }] };
};
const aSession = async (desk: AccessDesk, by: Caller = 'cashier'): Promise<number> =>
  desk.make(by, SESSIONS, await opening(desk));

async function aClosedSession(desk: AccessDesk): Promise<number> {
  const id = await aSession(desk);
  await desk.post('cashier', `${SESSIONS}${id}/close/`, COUNT);
  return id;
}

/** The day after the last that account 1 has closed, over by the time of the request. */
async function nextDay(desk: AccessDesk): Promise<string> {
  const { day } = await desk.database.one(
    `WITH moved AS (UPDATE app_clock SET offset_s = offset_s + 86400 RETURNING offset_s)
     SELECT ((now() + make_interval(secs => offset_s)) AT TIME ZONE 'UTC')::date::text AS day FROM moved`,
  );
  const yesterday = daysAfter(String(day), -1);
  // Those who may not close leave days open behind them, which must be closed first.
  for (;;) {
    const { body } = await desk.get('staff', `${CLOSES}?ordering=-date&page_size=1`);
    const last = (body as { results: { date: string }[] }).results[0]?.date;
    if (last === undefined) return yesterday;
    const open = daysAfter(last, 1);
    if (open >= yesterday) return yesterday;
    await desk.post('staff', CLOSES, { date: open });
  }
}

function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** A close of a day: what is written into it must be sealed first, which a job does. */
async function aClosedDay(desk: AccessDesk): Promise<number> {
  const date = await nextDay(desk);
  return desk.make('staff', CLOSES, { date });
}

const closing: Maker = async (desk, template) => targetOf(template, { date: await nextDay(desk) });

/** Drawers, their sessions and reports, and closed days. */
export const cashRows: readonly AccessRow[] = [
  row(`GET ${DRAWERS}`, '401 403 403 403 200 200 200 200'),
  row(`POST ${DRAWERS}`, '401 403 403 403 403 201 201 201', plain(drawerBody)),
  row(`GET ${DRAWERS}{id}/`, HANDLES, of(aDrawer)),
  row(`PATCH ${DRAWERS}{id}/`, SETS_UP, of(aDrawer, { location: 'by the door' })),
  row(`POST ${DRAWERS}{id}/archive/`, SETS_UP, of(aDrawer)),
  row(`GET ${DRAWERS}{id}/z-reports/`, HANDLES, of(aDrawer)),
  row(`GET ${DRAWERS}{id}/z-reports/verify/`, SETS_UP, of(aDrawer)),
  row(`GET ${SESSIONS}`, '401 403 403 403 200 200 200 200'),
  row(`POST ${SESSIONS}`, '401 403 403 403 201 201 201 404', plain(opening), ['drawer']),
  row(`GET ${SESSIONS}{id}/`, HANDLES, of(aSession)),
  row(`GET ${SESSIONS}{id}/events/`, HANDLES, of(aSession)),
  row(
    `POST ${SESSIONS}{id}/events/`,
    '401 403 403 403 201 201 201 404',
    of(aSession, { type: 'no_sale' }),
  ),
  row(`POST ${SESSIONS}{id}/count/`, HANDLES, of(aSession, COUNT)),
  row(`POST ${SESSIONS}{id}/close/`, HANDLES, of(aSession, COUNT)),
  row(`POST ${SESSIONS}{id}/review/`, SETS_UP, of(aClosedSession, {})),
  row(`GET ${SESSIONS}{id}/x-report/`, HANDLES, of(aSession)),
  row(`GET ${SESSIONS}{id}/z-report/`, HANDLES, of(aClosedSession)),
  row(`GET ${CLOSES}`, '401 403 403 403 403 200 200 200'),
  row(`POST ${CLOSES}`, '401 403 403 403 403 201 201 201', closing),
  row(`GET ${CLOSES}{id}/`, SETS_UP, of(aClosedDay)),
];
