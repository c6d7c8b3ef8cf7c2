import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import {
  aReconciliationRoom,
  RECONCILIATION,
  type ReconciliationRoom,
  statementForm,
} from '../support/reconciliation-room.js';
import { waitFor } from '../support/wait.js';

const HEADER = 'Reference,Tx Ref,Type,Status,Amount,Fee,Levy,Currency,Date,Phone\n';
const soon = (offsetMs = 0): string => new Date(Date.now() + offsetMs).toISOString();

/** A gateway's statement against our records: every line ends in one of five ways, and all adds up. */
describe('reconciliation with a gateway’s statement', () => {
  let app: TestApp;
  let room: ReconciliationRoom;
  let counter = 0;

  beforeAll(async () => {
    app = await startApp({ CHAPA_POLL_SCHEDULE_S: '3000' });
    room = await aReconciliationRoom(app);
  });
  afterEach(() => expectBooksToAgree(app.database.dataSource));
  afterAll(() => app.close());

  const unique = (): string => {
    counter += 1;
    return `APX${counter}`;
  };
  const totalsOf = async (run: unknown) => {
    const { body } = await room.staff.get<{
      totals: { kind: string; outcome: string; count: number; there: string; here: string }[];
    }>(`${RECONCILIATION}runs/${String(run)}/report/`);
    return body.totals.map(({ kind, outcome, count, there, here }) => [
      kind,
      outcome,
      count,
      there,
      here,
    ]);
  };

  it('reports every kind of difference exactly, and heals what the gateway can explain', async () => {
    const from = soon();
    const byId = await room.paid();
    const byReference = await room.paid('1000.00');
    const tooLittle = await room.paid('500.00');
    const failedThere = await room.paid('300.00');
    const absent = await room.paid('250.00');
    const unheard = await room.paidUnheard('700.00');
    const unpaid = await room.start('800.00');
    const stranger = unique();
    const at = soon();
    const text = [
      HEADER.trim(),
      `${byId.gateway},,payment,success,"2,000.00",50.00,7.50,ETB,${at},0911234567`,
      `${unique()},${byReference.reference},payment,success,1000.00,,,ETB,${at},0911234567`,
      `${tooLittle.gateway},,payment,success,450.00,,,ETB,${at},0911234567`,
      `${failedThere.gateway},,payment,failed,300.00,,,ETB,${at},0911234567`,
      `,${unheard.reference},payment,success,700.00,,,ETB,${at},0911234567`,
      `,${unpaid.reference},payment,success,800.00,,,ETB,${at},0911234567`,
      `${stranger},,payment,success,125.00,,,ETB,${at},0911111111`,
      `PO-${stranger},,payout,success,-3442.50,,,ETB,${at},`,
      `Total,,,,,,,,,`,
    ].join('\n');
    const run = await room.reconcile(text, { period_from: from, period_to: soon(1000) });
    expect(run).toMatchObject({
      provider: 'chapa',
      source: 'file',
      lines: 10,
      known_lines: 0,
      skipped_lines: 1,
      outcomes: {
        matched: 6,
        missing_here: 1,
        missing_there: 1,
        amount_differs: 1,
        status_differs: 2,
      },
      healed: 1,
      open_items: 5,
    });
    const items = await room.items(run['id']);
    const found = items.map(({ kind, outcome, record, healed }) => [
      kind,
      outcome,
      record['transaction'],
      record['status'],
      healed,
    ]);
    expect(found).toEqual([
      ['payment', 'matched', byId.transaction, 'completed', false],
      ['fee', 'matched', null, null, false],
      ['levy', 'matched', null, null, false],
      ['payment', 'matched', byReference.transaction, 'completed', false],
      ['payment', 'amount_differs', tooLittle.transaction, 'completed', false],
      ['payment', 'status_differs', failedThere.transaction, 'completed', false],
      ['payment', 'matched', unheard.transaction, 'completed', true],
      ['payment', 'status_differs', unpaid.transaction, 'pending', false],
      ['payment', 'missing_here', null, null, false],
      ['settlement', 'matched', null, null, false],
      ['payment', 'missing_there', absent.transaction, 'completed', false],
    ]);
    expect(await totalsOf(run['id'])).toEqual([
      ['fee', 'matched', 1, '50.00', '0.00'],
      ['levy', 'matched', 1, '7.50', '0.00'],
      ['payment', 'amount_differs', 1, '450.00', '500.00'],
      ['payment', 'matched', 3, '3700.00', '3700.00'],
      ['payment', 'missing_here', 1, '125.00', '0.00'],
      ['payment', 'missing_there', 1, '0.00', '250.00'],
      ['payment', 'status_differs', 2, '1100.00', '1100.00'],
      ['settlement', 'matched', 1, '3442.50', '0.00'],
    ]);
    expect(await room.balance('bank:chapa')).toBe(344250n);
    expect(await room.balance('expense:gateway_fees')).toBe(5000n);
    expect(await room.balance('expense:gateway_levies')).toBe(750n);

    const again = await room.upload(text, { period_from: from });
    expect(again).toMatchObject({
      status: 400,
      body: { errors: { period_to: expect.anything() } },
    });
    const same = await room.upload(text);
    expect(same).toMatchObject({ status: 200, body: { id: run['id'], open_items: 5 } });
    const more = await room.reconcile(`${text}\n${unique()},,payment,success,1.00,,,ETB,${at},`);
    expect(more).toMatchObject({ lines: 11, known_lines: 10, outcomes: { missing_here: 1 } });
    expect(await room.balance('bank:chapa')).toBe(344250n);
    expect(await room.balance('expense:gateway_fees')).toBe(5000n);

    const late = await room.reconcile(
      `${HEADER}${absent.gateway},,payment,success,250.00,,,ETB,${at},0911234567`,
    );
    expect(late).toMatchObject({ outcomes: { matched: 1 } });
    const [explained] = await room.items(run['id'], 'outcome=missing_there');
    expect(explained).toMatchObject({ resolution: 'Found on a later statement' });
    const { body } = await room.staff.get(`${RECONCILIATION}runs/${String(run['id'])}/`);
    expect(body).toMatchObject({ open_items: 4 });
  });

  it('heals a payment once, however many runs find it at the same time', async () => {
    const unheard = await room.paidUnheard('640.00');
    const line = (note: string) =>
      `${HEADER.trim()},Description\n,${unheard.reference},payment,success,640.00,,,ETB,${soon()},,${note}`;
    const [asked, ...both] = await Promise.all([
      room.staff.post(`${RECONCILIATION}runs/gateway/`, { provider: 'chapa' }),
      room.upload(line('one')),
      room.upload(line('two')),
    ]);
    expect([asked.status, ...both.map(({ status }) => status)]).toEqual([201, 201, 201]);
    const runs = await Promise.all(both.map(({ body }) => room.completed(body['id'])));
    await room.completed(asked.body['id']);
    const byQuery = (await room.items(asked.body['id'])).find(
      ({ record }) => record['transaction'] === unheard.transaction,
    );
    expect(byQuery).toMatchObject({ outcome: 'matched' });
    const counts = runs.map(({ outcomes }) => outcomes as Record<string, number>);
    // The one line pays, and what the other says came twice is nobody's.
    expect(counts.filter(({ matched }) => matched === 1)).toHaveLength(1);
    expect(counts.filter(({ missing_here: extra }) => extra === 1)).toHaveLength(1);
    const journals = await room.query<{ fact: string }>(
      'SELECT fact FROM ledger_journals WHERE payment_id = $1',
      [unheard.payment],
    );
    expect(journals).toEqual([{ fact: 'paid' }]);
    const trail = await room.query<{ action: string }>(
      `SELECT action FROM audit_entries
       WHERE payment_id = $1 AND action IN ('payment.completed', 'payment.overpaid')`,
      [unheard.payment],
    );
    expect(trail).toEqual([{ action: 'payment.completed' }]);
  });

  it('asks the gateway itself, and finds what it has not been told', async () => {
    const unheard = await room.paidUnheard('330.00');
    const open = await room.start('340.00');
    const { status, body } = await room.staff.post(
      `${RECONCILIATION}runs/gateway/`,
      { provider: 'chapa' },
      { 'idempotency-key': 'ask-chapa' },
    );
    expect({ status, body }).toMatchObject({ status: 201, body: { source: 'gateway' } });
    const run = await room.completed(body['id']);
    const items = await room.items(run['id']);
    const of = (transaction: number) =>
      items.find(({ record }) => record['transaction'] === transaction);
    expect(of(unheard.transaction)).toMatchObject({ outcome: 'matched', healed: true });
    expect(of(open.transaction)).toMatchObject({ outcome: 'matched', line: { status: 'pending' } });
    const payment = await room.staff.get(`/api/v1/payments/payments/${unheard.payment}/`);
    expect(payment.body).toMatchObject({ status: 'completed' });
    const replayed = await room.staff.post(
      `${RECONCILIATION}runs/gateway/`,
      { provider: 'chapa' },
      { 'idempotency-key': 'ask-chapa' },
    );
    expect(replayed).toMatchObject({ status: 201, body: { id: body['id'] } });
    const bank = await room.staff.post(`${RECONCILIATION}runs/gateway/`, { provider: 'manual' });
    expect(bank).toMatchObject({ status: 400, body: { code: 'gateway_cannot_be_asked' } });
  });

  it('matches refunds, and reports one that the statement does not know', async () => {
    const [known, absent] = [await room.paid('410.00'), await room.paid('420.00')];
    const from = soon();
    let clock = 0;
    for (const { payment } of [known, absent]) {
      const path = `/api/v1/payments/payments/${payment}/refunds/`;
      const asked = await room.staff.post(path, { reason: 'not needed' });
      expect({ body: asked.body, status: asked.status }).toMatchObject({ status: 201 });
      clock += 7_200;
      await app.sandbox.moveClock(clock);
      await waitFor(`the refund of ${payment}`, async () => {
        const rows = await room.query<{ status: string }>(
          `SELECT status FROM refunds WHERE payment_id = $1 AND status = 'completed'`,
          [payment],
        );
        return rows.length > 0;
      });
    }
    const at = soon();
    const run = await room.reconcile(
      `${HEADER}${known.gateway},,refund,success,-410.00,,,ETB,${at},\n`,
      { period_from: from, period_to: soon(1000) },
    );
    expect(run).toMatchObject({ outcomes: { matched: 1, missing_there: 1 } });
    const items = await room.items(run['id']);
    expect(items.map(({ kind, record }) => [kind, record['payment']])).toEqual([
      ['refund', known.payment],
      ['refund', absent.payment],
    ]);
  });

  it('empties the clearing account when all is paid out', async () => {
    const before = await room.balance('clearing:chapa');
    const [a, b] = [await room.paid('900.00'), await room.paid('100.00')];
    expect(await room.balance('clearing:chapa')).toBe(before + 100000n);
    await room.reconcile(
      [
        HEADER.trim(),
        `${a.gateway},,payment,success,900.00,22.50,2.50,ETB,${soon()},`,
        `${b.gateway},,payment,success,100.00,2.50,,ETB,${soon()},`,
        `${unique()},,payout,success,972.50,,,ETB,${soon()},`,
      ].join('\n'),
    );
    expect(await room.balance('clearing:chapa')).toBe(before);
  });

  it('hands unexplained money to the unallocated queue, once, with a reason', async () => {
    const reference = unique();
    const run = await room.reconcile(
      `${HEADER}${reference},,payment,success,75.00,,,ETB,${soon()},0911222333\n`,
    );
    const [item] = await room.items(run['id']);
    const id = item?.id ?? 0;
    expect((await room.resolve(id, { reason: ' ' })).status).toBe(400);
    const body = { reason: 'nobody knows him', action: 'unallocated' };
    const key = { 'idempotency-key': `take-${id}` };
    const first = await room.resolve(id, body, room.staff, key);
    expect(first).toMatchObject({ status: 200, body: { resolution: 'nobody knows him' } });
    const replayed = await room.resolve(id, body, room.staff, key);
    expect(replayed.body).toEqual(first.body);
    expect(await room.resolve(id, body)).toMatchObject({
      status: 409,
      body: { code: 'already_resolved' },
    });
    const receipt = await room.staff.get(
      `/api/v1/payments/unallocated/${String(first.body['receipt'])}/`,
    );
    expect(receipt.body).toMatchObject({ reference, amount: '75.00', status: 'open' });
    expect(await room.completed(run['id'])).toMatchObject({ open_items: 0 });
  });

  it('suggests by amount, time and payer, and books nothing by that', async () => {
    const open = await room.start('555.00');
    await room.query(`UPDATE payment_transactions SET phone = '251911234567' WHERE id = $1`, [
      open.transaction,
    ]);
    const run = await room.reconcile(
      `${HEADER}${unique()},,payment,success,555.00,,,ETB,${soon()},+251 911 234 567\n`,
    );
    const [item] = await room.items(run['id']);
    expect(item).toMatchObject({
      outcome: 'missing_here',
      detail: 'same_amount_time_and_payer',
      suggested_transaction: open.transaction,
      record: { transaction: null },
    });
  });

  it('reads another layout by the account’s mapping, and refuses what it cannot read, whole', async () => {
    const admin = await app.api.login('admin');
    const paid = await room.paid('1234.50');
    const set = await admin.send('PUT', `${RECONCILIATION}mappings/`, {
      provider: 'chapa',
      mapping: {
        columns: { gateway_id: ['Nambari'], amount: ['Kiasi'], time: ['Tarehe'], status: ['Hali'] },
        delimiter: ';',
        decimal: ',',
        date_format: 'dmy',
        statuses: { paid: ['Imekamilika'] },
      },
    });
    expect({ status: set.status, body: set.body }).toMatchObject({
      status: 200,
      body: { built_in: false, mapping: { delimiter: ';' } },
    });
    const now = new Date();
    const day = `${now.getUTCDate()}/${now.getUTCMonth() + 1}/${now.getUTCFullYear()}`;
    const text = `Nambari;Kiasi;Tarehe;Hali\n${paid.gateway};"1.234,50";${day} 11:30;IMEKAMILIKA\n`;
    expect(await room.reconcile(text)).toMatchObject({ outcomes: { matched: 1 } });
    const wrong = await room.upload(`${text}X1;abc;${day};Imekamilika\nX2;5,00;31/02/2026;x\n`);
    expect(wrong).toMatchObject({
      status: 400,
      body: {
        errors: {
          file: [expect.stringMatching(/line 3.*amount/), expect.stringMatching(/line 4.*time/)],
        },
      },
    });
    const bad = await admin.send('PUT', `${RECONCILIATION}mappings/`, {
      provider: 'chapa',
      mapping: { columns: { price: ['x'] } },
    });
    expect(bad.status).toBe(400);
    const reset = await admin.send('PUT', `${RECONCILIATION}mappings/`, { provider: 'chapa' });
    expect(reset.body).toMatchObject({ built_in: true });
  });

  it('answers the report as JSON, CSV and PDF', async () => {
    const run = await room.reconcile(`${HEADER}=cmd|x,,payment,success,9.00,,,ETB,${soon()},\n`);
    const path = `${RECONCILIATION}runs/${String(run['id'])}/report/`;
    const json = await room.staff.get(path);
    expect(json.body).toMatchObject({
      run: { id: run['id'] },
      difference_count: 1,
      differences: [{ outcome: 'missing_here' }],
    });
    const csv = await room.staff.get<{ text: string }>(`${path}?format=csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.body.text).toMatch(/missing_here,,'=cmd\|x/);
    const pdf = await room.staff.get<{ text: string }>(`${path}?format=pdf`);
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    expect(pdf.body.text.startsWith('%PDF-')).toBe(true);
  });

  it('keeps accounts apart: the same file of two is two runs', async () => {
    const outsider = await app.api.login('outsider');
    const paid = await room.paid('111.00');
    const text = `${HEADER}${paid.gateway},,payment,success,111.00,,,ETB,${soon()},\n`;
    const theirs = await outsider.post(`${RECONCILIATION}runs/`, statementForm('chapa', text));
    expect(theirs.status).toBe(201);
    const run = await room.reconcile(text);
    expect(run).toMatchObject({ outcomes: { matched: 1 } });
    const path = `${RECONCILIATION}runs/${String(theirs.body['id'])}/`;
    const done = await waitFor('the other account’s run', async () => {
      const { body } = await outsider.get(path);
      return body['status'] === 'completed' ? body : null;
    });
    expect(done).toMatchObject({ outcomes: { matched: 0, missing_here: 1 } });
    expect((await room.staff.get(path)).status).toBe(404);
  });
});
