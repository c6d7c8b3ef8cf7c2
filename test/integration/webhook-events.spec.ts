import type { Api } from '../support/api.js';
import { expectBooksToAgree } from '../support/books.js';
import { type EventRow, WebhookDesk } from '../support/webhook-desk.js';

const LIST = '/api/v1/webhook-events/';

interface Page {
  count?: number;
  next: string | null;
  previous: string | null;
  results: { id: number; reference: string; status: string }[];
}

describe('notifications as administrators see them', () => {
  let desk: WebhookDesk;
  let outsider: Api;
  let mismatched: EventRow;
  let processed: EventRow;
  let stray: EventRow;
  let paymentId: number;

  beforeAll(async () => {
    desk = await WebhookDesk.open();
    outsider = await desk.app.api.login('outsider');
    const attempt = await desk.anAttempt();
    paymentId = attempt.paymentId;
    mismatched = await desk.concluded({ utilityref: attempt.reference, amount: '5000' });
    processed = await desk.concluded({ utilityref: (await desk.anAttempt()).reference });
    stray = await desk.concluded({ utilityref: 'BOOKING-STRAY' });
  });
  afterEach(() => expectBooksToAgree(desk.app.database.dataSource));
  afterAll(() => desk.app.close());

  const list = async (query = '', by = desk.admin): Promise<Page> => {
    const { status, body } = await by.get<Page>(`${LIST}${query}`);
    expect({ status, body }).toMatchObject({ status: 200 });
    return body;
  };
  const ids = async (query: string, by = desk.admin): Promise<number[]> =>
    (await list(query, by)).results.map(({ id }) => id);

  it('are listed newest first, by every filter', async () => {
    expect(await ids('')).toEqual([stray.id, processed.id, mismatched.id]);
    expect(await ids('?status=PARKED')).toEqual([stray.id, mismatched.id]);
    expect(await ids('?status=processed&provider=AzamPay&verification=verified')).toEqual([
      processed.id,
    ]);
    expect(await ids(`?payment=${paymentId}`)).toEqual([mismatched.id]);
    expect(await ids('?reference=BOOKING-STRAY')).toEqual([stray.id]);
    expect(await ids('?verification=unsigned')).toEqual([]);
    expect(await ids('?created_after=2100-01-01')).toEqual([]);
    expect(await ids('?created_before=2100-01-01&ordering=created_at')).toEqual([
      mismatched.id,
      processed.id,
      stray.id,
    ]);
    for (const query of ['status=lost', 'provider=paypal', 'verification=maybe', 'payment=x']) {
      expect((await desk.admin.get(`${LIST}?${query}`)).status).toBe(400);
    }
  });

  it('come in numbered pages and in keyset pages', async () => {
    const first = await list('?page_size=2');
    expect(first).toMatchObject({ count: 3, previous: null });
    expect(first.next).toContain('page=2');
    const keyset = await list('?cursor=&page_size=2');
    expect(keyset.count).toBeUndefined();
    const rest = await list(new URL(keyset.next ?? '').search);
    expect([...keyset.results, ...rest.results].map(({ id }) => id)).toEqual(await ids(''));
  });

  it('show headers and body with secrets and phone numbers masked', async () => {
    const { status, body } = await desk.admin.get(`${LIST}${mismatched.uuid}/`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: mismatched.id,
      uuid: mismatched.uuid,
      provider: 'azampay',
      verification: 'verified',
      status: 'parked',
      reason: 'amount_mismatch',
      wire_status: 'success',
      payment: paymentId,
      replays: 0,
      last_error: null,
      headers: { 'content-type': 'application/json' },
    });
    const text = String(body['body']);
    expect(JSON.parse(text)).toMatchObject({ amount: '5000', msisdn: '255*******41' });
    const [{ raw }] = (await desk.rows<{ raw: string }>(
      `SELECT convert_from(raw_body, 'UTF8') AS raw FROM webhook_events WHERE id = $1`,
      [mismatched.id],
    )) as [{ raw: string }];
    const sent = JSON.parse(raw) as { signature: string; password: string };
    for (const secret of [sent.signature, sent.password, '255653294241']) {
      expect(raw).toContain(secret);
      expect(text).not.toContain(secret);
    }
  });

  it('belong to the account they were matched to; to the default account if to none', async () => {
    expect((await list('', outsider)).results).toEqual([]);
    for (const { id } of [mismatched, processed, stray]) {
      expect((await outsider.get(`${LIST}${id}/`)).status).toBe(404);
      expect((await outsider.post(`${LIST}${id}/replay/`)).status).toBe(404);
    }
    await desk.app.database.asOwner(
      `UPDATE webhook_events SET account_id = 2 WHERE id = ${mismatched.id}`,
    );
    expect(await ids('', outsider)).toEqual([mismatched.id]);
    expect(await ids('')).toEqual([stray.id, processed.id]);
    expect((await desk.admin.get(`${LIST}${mismatched.id}/`)).status).toBe(404);
    await desk.app.database.asOwner(
      `UPDATE webhook_events SET account_id = 1 WHERE id = ${mismatched.id}`,
    );
  });

  it('are for administrators only', async () => {
    for (const role of ['staff', 'cashier', 'owner', 'customer'] as const) {
      const api = await desk.app.api.login(role);
      expect((await api.get(LIST)).status).toBe(403);
      expect((await api.get(`${LIST}${stray.id}/`)).status).toBe(403);
      expect((await api.post(`${LIST}${stray.id}/replay/`)).status).toBe(403);
    }
    expect((await desk.app.api.get(LIST)).status).toBe(401);
    expect((await desk.admin.get(`${LIST}999999/`)).status).toBe(404);
    expect((await desk.admin.get(`${LIST}nonsense/`)).status).toBe(404);
  });

  describe('replayed', () => {
    const replay = (event: EventRow, body?: unknown) =>
      desk.admin.post(`${LIST}${event.id}/replay/`, body);
    const reloaded = async (event: EventRow): Promise<EventRow | undefined> =>
      (await desk.rows<EventRow>('SELECT * FROM webhook_events WHERE id = $1', [event.id]))[0];
    const untilReplayed = async (event: EventRow, reference: string): Promise<EventRow> => {
      await desk.untilConcluded(reference);
      const row = await reloaded(event);
      if (!row) throw new Error('the event is gone');
      return row;
    };
    const replayAudits = (event: EventRow) =>
      desk.rows<{ actor_label: string; changes: Record<string, unknown> }>(
        `SELECT actor_label, changes FROM audit_entries
         WHERE action = 'webhook_event.replayed' AND object_id = $1 ORDER BY id`,
        [event.id],
      );
    const completions = () =>
      desk.number(`SELECT count(*) FROM audit_entries WHERE action = 'payment.completed'`);

    it('run the same path again, in the name of who asked for it', async () => {
      const { status, body } = await replay(mismatched, { reason: 'looked into it' });
      expect({ status, body }).toMatchObject({
        status: 200,
        body: { id: mismatched.id, replays: 1, status: 'received' },
      });
      const [{ reference }] = (await desk.rows<{ reference: string }>(
        'SELECT reference FROM webhook_events WHERE id = $1',
        [mismatched.id],
      )) as [{ reference: string }];
      expect(await untilReplayed(mismatched, reference)).toMatchObject({
        status: 'parked',
        reason: 'amount_mismatch',
        replays: 1,
      });
      expect(await replayAudits(mismatched)).toEqual([
        {
          actor_label: 'admin@malipo.test',
          changes: { status: ['parked', 'received'], reason: 'looked into it' },
        },
      ]);
    });

    it('do nothing twice, even ten at once', async () => {
      const before = await completions();
      const answers = await Promise.all(Array.from({ length: 10 }, () => replay(processed)));
      for (const { status } of answers) expect(status).toBe(200);
      const [{ reference }] = (await desk.rows<{ reference: string }>(
        'SELECT reference FROM webhook_events WHERE id = $1',
        [processed.id],
      )) as [{ reference: string }];
      expect(await untilReplayed(processed, reference)).toMatchObject({ status: 'ignored' });
      expect(await completions()).toBe(before);
    });

    it('are worked on although their work was swept away long ago', async () => {
      await desk.app.database.asOwner(`DELETE FROM outbox WHERE key = '${stray.uuid}'`);
      expect((await replay(stray)).status).toBe(200);
      expect(await untilReplayed(stray, 'BOOKING-STRAY')).toMatchObject({
        status: 'parked',
        reason: 'unknown_reference',
        replays: 1,
      });
    });

    it('take a reason of some substance or none', async () => {
      expect((await replay(stray, { reason: 'x' })).status).toBe(400);
      expect((await replay(stray, { reason: 5 })).status).toBe(400);
      expect((await replay(stray, { why: 'unknown field' })).status).toBe(400);
    });
  });
});
