import { type AccessDesk, type AccessTable, row } from '../../support/access.js';
import { DAY_CLOSES, dayOf, moveDays } from '../../support/day-room.js';

/** Days are closed and read by those who answer for the account's books. */
const rows = [
  // route                              nobody cust cust2 owner cashier staff admin outsider
  row('GET /api/v1/day-closes/', 401, 403, 403, 403, 403, 200, 200, 200),
  row('POST /api/v1/day-closes/', 401, 403, 403, 403, 403, 201, 201, 201),
  row('GET /api/v1/day-closes/{id}/', 401, 403, 403, 403, 403, 200, 200, 404),
];

/** The day after the last that account 1 has closed, over by the time of the request. */
async function nextDay(desk: AccessDesk): Promise<string> {
  await moveDays(desk.app, 1);
  return dayOf(desk.app, -1);
}

async function requestOf(
  desk: AccessDesk,
  route: string,
): Promise<{ path: string; body?: unknown }> {
  const [method = '', template = ''] = route.split(' ');
  if (method === 'POST') {
    // Those who may not close leave days open behind them, which must be closed first.
    const date = await nextDay(desk);
    await closeUntil(desk, date);
    return { path: template, body: { date } };
  }
  if (!template.includes('{id}')) return { path: template };
  const date = await nextDay(desk);
  await closeUntil(desk, date);
  const id = await desk.made(desk.as('staff').post(DAY_CLOSES, { date }));
  return { path: template.replace('{id}', String(id)) };
}

/** All days of account 1 before `date` that are open, once it has closed any. */
async function closeUntil(desk: AccessDesk, date: string): Promise<void> {
  const { body } = await desk
    .as('staff')
    .get<{ results: { date: string }[] }>(`${DAY_CLOSES}?ordering=-date&page_size=1`);
  const last = body.results[0]?.date;
  if (last === undefined) return;
  const day = new Date(`${last}T00:00:00Z`);
  for (;;) {
    day.setUTCDate(day.getUTCDate() + 1);
    const open = day.toISOString().slice(0, 10);
    if (open >= date) return;
    await desk.made(desk.as('staff').post(DAY_CLOSES, { date: open }));
  }
}

/** Closed days. */
export const dayCloseAccess: AccessTable = { rows, requestOf };
