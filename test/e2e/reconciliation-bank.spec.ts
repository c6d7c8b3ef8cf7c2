import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { aManualDesk, type ManualDesk } from '../support/manual-desk.js';
import {
  aReconciliationRoom,
  RECONCILIATION,
  type ReconciliationRoom,
} from '../support/reconciliation-room.js';
import { waitFor } from '../support/wait.js';

const HEADER = 'Value Date,Reference,Description,Debit,Credit,Currency\n';
const DAY_S = 86_400;

/** A bank's statement confirms approved transfers; what is approved and never shows up is reported. */
describe('reconciliation with a bank statement', () => {
  let app: TestApp;
  let room: ReconciliationRoom;
  let desk: ManualDesk;

  beforeAll(async () => {
    app = await startApp({ RECONCILIATION_DAILY: 'on', RECONCILIATION_MANUAL_DAYS: '2' });
    room = await aReconciliationRoom(app);
    desk = await aManualDesk(app);
  });
  afterEach(() => expectBooksToAgree(app.database.dataSource));
  afterAll(() => app.close());

  const approved = async (reference: string): Promise<number> => {
    const payment = await desk.aPayment({ transaction_reference: reference });
    const { body } = await desk.staff.get(desk.path(payment));
    const version = (body['manual'] as Record<string, unknown>)['version'] ?? body['version'];
    await desk.expectStatus(200, desk.approve(payment, { version }));
    return payment;
  };
  const today = (): string => {
    const now = new Date();
    return `${now.getUTCDate()}/${now.getUTCMonth() + 1}/${now.getUTCFullYear()}`;
  };

  it('confirms by reference, however it is written, and moves the money to the bank', async () => {
    const [cleared, bank] = [
      await room.balance('clearing:manual', 'TZS'),
      await room.balance('bank:manual', 'TZS'),
    ];
    const payment = await approved('FT 2602-3XK1');
    const waiting = await desk.aPayment({ transaction_reference: 'FT-WAITING-1' });
    expect(await room.balance('clearing:manual', 'TZS')).toBe(cleared + 1_000_000n);
    const run = await room.reconcile(
      [
        HEADER.trim(),
        `${today()},OPENING,Balance,,,TZS`,
        `${today()},ft26023xk1,Transfer,,"10,000.00",TZS`,
        `${today()},FTWAITING1,Transfer,,"10,000.00",TZS`,
        `${today()},FT-UNKNOWN,Transfer,,"2,500.00",TZS`,
        `${today()},CHG-1,Bank charge,150.00,,TZS`,
      ].join('\n'),
      {},
      'manual',
    );
    const items = await room.items(run['id']);
    expect(items.map(({ outcome, record }) => [outcome, record['payment']])).toEqual([
      ['matched', payment],
      // A line is here and the approval is not: somebody should approve it.
      ['status_differs', waiting],
      ['missing_here', null],
      ['missing_here', null],
    ]);
    expect(await room.balance('clearing:manual', 'TZS')).toBe(cleared);
    expect(await room.balance('bank:manual', 'TZS')).toBe(bank + 1_000_000n);
    const unknown = items[2]?.id ?? 0;
    const taken = await room.resolve(unknown, { reason: 'who is it?', action: 'unallocated' });
    expect(taken).toMatchObject({ status: 200, body: { posted: true } });
    expect(await room.balance('clearing:manual', 'TZS')).toBe(cleared);
    expect(await room.balance('bank:manual', 'TZS')).toBe(bank + 1_250_000n);
    const { body: current } = await desk.staff.get(desk.path(waiting));
    const { version } = current['manual'] as Record<string, unknown>;
    await desk.expectStatus(200, desk.approve(waiting, { version: version ?? current['version'] }));
    await room.reconcile(`${HEADER}${today()},FT-OTHER,,,1.00,TZS\n`, {}, 'manual');
    const [, confirmed] = await room.items(run['id']);
    expect(confirmed).toMatchObject({ outcome: 'matched', healed: true, posted: true });
    expect(await room.completed(run['id'])).toMatchObject({ open_items: 1, healed: 1 });
    expect(await room.balance('clearing:manual', 'TZS')).toBe(cleared);
    const charge = items[3]?.id ?? 0;
    expect(await room.resolve(charge, { reason: 'x', action: 'unallocated' })).toMatchObject({
      status: 400,
    });
  });

  it('reports every day what was approved and is on no statement, once', async () => {
    const payment = await approved('FT-NEVER-CAME');
    const runsOf = async () => {
      const { body } = await room.staff.get<{ results: { id: number; status: string }[] }>(
        `${RECONCILIATION}runs/?provider=manual&source=records&status=completed`,
      );
      return body.results;
    };
    await app.sandbox.moveClock(DAY_S + 60);
    const [first] = await waitFor('the first day', async () => {
      const runs = await runsOf();
      return runs.length === 1 ? runs : null;
    });
    expect(await room.items(first?.id)).toEqual([]);
    await app.sandbox.moveClock(3 * DAY_S);
    const [second] = await waitFor('a later day', async () => {
      const runs = await runsOf();
      return runs.length === 2 ? runs : null;
    });
    expect(await room.items(second?.id)).toMatchObject([
      { outcome: 'missing_there', record: { payment }, line: { amount: null } },
    ]);
    await app.sandbox.moveClock(5 * DAY_S);
    const [third] = await waitFor('one more day', async () => {
      const runs = await runsOf();
      return runs.length === 3 ? runs : null;
    });
    expect(await room.items(third?.id)).toEqual([]);

    await room.reconcile(`${HEADER}${today()},FT-NEVER-CAME,,,10000.00,TZS\n`, {}, 'manual');
    const [late] = await room.items(second?.id);
    expect(late).toMatchObject({ resolution: 'Found on a later statement' });
  });
});
