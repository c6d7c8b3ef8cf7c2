import { contentOfReport } from '../../src/cash-drawers/reports/z-reports.service.js';
import type { Principal } from '../../src/common/index.js';
import { expectDrawersToAgree } from '../support/books.js';
import { aCashRoom, amountsOf, type CashRoom, outcomes, refusal } from '../support/cash-room.js';

/**
 * Drawers on a real database. After each test what a session expects, the sum of its events and the
 * drawer's ledger account must be the same.
 */
describe('closing a cash drawer', () => {
  let room: CashRoom;
  let cashier: Principal;

  beforeAll(async () => {
    room = await aCashRoom();
  });
  beforeEach(async () => {
    cashier = await room.aCashier();
  });
  afterEach(() => expectDrawersToAgree(room.dataSource));
  afterAll(() => room.database.drop());

  describe('closing', () => {
    it('while 20 sales come in puts each into this session or refuses it, whatever their order', async () => {
      for (const delay of [0, 5, 12]) {
        const seller = await room.aCashier();
        const drawer = await room.aDrawer();
        const session = await room.open(seller, drawer, '100.00');
        const sales = Array.from({ length: 20 }, (_, at) => room.sell(seller, `${at + 1}.00`));
        const close = Promise.all(sales.slice(0, delay)).then(() =>
          room.closing.close(
            seller,
            { id: session.id },
            { counted: [{ currency: 'TZS', amount: '100.00' }] },
            null,
          ),
        );
        const answers = await Promise.allSettled(sales);
        const closed = await close;
        const taken = answers.flatMap((answer, at) =>
          answer.status === 'fulfilled' ? [at + 1] : [],
        );
        expect([[], ['no_open_drawer_session']]).toContainEqual(outcomes(answers).codes);
        const expected = 10_000 + 100 * taken.reduce((sum, amount) => sum + amount, 0);
        expect(amountsOf(closed)?.expected_minor).toBe(String(expected));
        const [events] = await room.rows<{ minor: string; count: number; last: string }>(
          `SELECT sum(signed_minor)::text AS minor, count(*)::int AS count, max(id) AS last
           FROM cash_events WHERE session_id = $1`,
          [session.id],
        );
        expect(events).toEqual({
          minor: String(expected),
          count: taken.length + 1,
          last: closed.last_event_id,
        });
        // Without a variance limit the difference to the count is posted with the close.
        expect(await room.balance(`drawer:${drawer.id}`)).toBe(10_000n);
        const content = contentOfReport(await room.zOf(session));
        expect(content).toMatchObject({ event_count: closed.event_count });
      }
    });

    it('twice at once makes one Z report', async () => {
      const session = await room.open(cashier, await room.aDrawer(), '100.00');
      const answers = await Promise.allSettled(
        [cashier, room.staff, cashier, room.staff2].map((by) => room.close(by, session, '100.00')),
      );
      expect(outcomes(answers)).toEqual({ done: 1, codes: ['drawer_session_closed'] });
      expect(
        await room.rows('SELECT number FROM cash_z_reports WHERE session_id = $1', [session.id]),
      ).toEqual([{ number: 1 }]);
    });

    it.each([
      ['another currency', [{ currency: 'USD', amount: '1.00' }], 'validation_failed'],
      [
        'a currency twice',
        [
          { currency: 'TZS', amount: '1' },
          { currency: 'tzs', amount: '1' },
        ],
        'validation_failed',
      ],
      ['a currency without amount', [{ currency: 'TZS' }], 'validation_failed'],
      ['too many decimals', [{ currency: 'TZS', amount: '1.001' }], 'invalid_amount'],
      [
        'denominations that make something else',
        [{ currency: 'TZS', amount: '100.00', denominations: [{ value: 10, count: 9 }] }],
        'validation_failed',
      ],
    ])('with %s leaves the session open and whole', async (_what, counted, code) => {
      const session = await room.open(cashier, await room.aDrawer(), '100.00');
      expect(
        await refusal(room.closing.close(cashier, { id: session.id }, { counted }, null)),
      ).toBe(code);
      expect(await refusal(room.closing.close(cashier, { id: session.id }, {}, null))).toBe(
        'drawer_not_counted',
      );
      await room.sell(cashier, '5.00');
      expect(await room.close(cashier, session, '105.00')).toMatchObject({ status: 'closed' });
    });

    it('needs a count of every currency that something happened to', async () => {
      const drawer = await room.aDrawer([{ currency: 'TZS' }, { currency: 'USD' }]);
      const session = await room.open(cashier, drawer, '100.00');
      await room.sell(cashier, '7.00', 'USD');
      expect(await refusal(room.close(cashier, session, '100.00'))).toBe('validation_failed');
      const [row] = await room.rows<{ status: string }>(
        'SELECT status FROM cash_sessions WHERE id = $1',
        [session.id],
      );
      expect(row).toEqual({ status: 'open' });
      await room.counting.count(cashier, { id: session.id }, [{ currency: 'USD', amount: 7 }]);
      const closed = await room.close(cashier, session, '100.00');
      expect(amountsOf(closed, 'USD')).toMatchObject({ counted_minor: '700', variance_minor: '0' });
    });

    it('that the database breaks off at its last step leaves the session open and whole', async () => {
      const drawer = await room.aDrawer();
      const session = await room.open(cashier, drawer, '100.00');
      await room.database.asAdmin(`
        CREATE FUNCTION lose_power() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_terminate_backend(pg_backend_pid());
          RETURN NEW;
        END $$;
        ALTER FUNCTION lose_power() SECURITY DEFINER;
        CREATE TRIGGER lose_power BEFORE INSERT ON audit_entries FOR EACH ROW
          WHEN (NEW.action = 'cash_session.closed') EXECUTE FUNCTION lose_power();
      `);
      await expect(room.close(cashier, session, '90.00')).rejects.toMatchObject({
        message: expect.stringMatching(/terminat/i),
      });
      await room.database.asAdmin(
        'DROP TRIGGER lose_power ON audit_entries; DROP FUNCTION lose_power();',
      );
      const [row] = await room.rows<Record<string, unknown>>(
        `SELECT s.status, s.z_report_id, c.counted_minor, c.expected_minor
         FROM cash_sessions s JOIN cash_session_currencies c ON c.session_id = s.id WHERE s.id = $1`,
        [session.id],
      );
      expect(row).toEqual({
        status: 'open',
        z_report_id: null,
        counted_minor: null,
        expected_minor: null,
      });
      await expectDrawersToAgree(room.dataSource);
      await room.sell(cashier, '5.00');
      expect(amountsOf(await room.close(cashier, session, '105.00'))).toMatchObject({
        variance_minor: '0',
      });
    });

    it('counts denominations', async () => {
      const session = await room.open(cashier, await room.aDrawer(), '100.00');
      const counted = await room.counting.count(cashier, { id: session.id }, [
        {
          currency: 'TZS',
          denominations: [
            { value: '20.00', count: 4 },
            { value: 0.5, count: 41 },
          ],
        },
      ]);
      expect(amountsOf(counted)).toMatchObject({
        counted_minor: '10050',
        denominations: [
          { value_minor: '2000', count: 4 },
          { value_minor: '50', count: 41 },
        ],
      });
      expect(
        amountsOf(await room.closing.close(cashier, { id: session.id }, {}, null)),
      ).toMatchObject({
        variance_minor: '50',
      });
    });
  });

  describe('a variance', () => {
    const limited = [{ currency: 'TZS', variance_limit: '5.00' }];

    it.each([
      ['95.00', false, -500n],
      ['105.00', false, 500n],
      ['94.99', true, -501n],
      ['105.01', true, 501n],
    ])('of %s for 100.00 and a limit of 5.00: review %p', async (counted, review, variance) => {
      const session = await room.open(cashier, await room.aDrawer(limited), '100.00');
      const before = await room.balance('cash_over_short');
      const closed = await room.close(cashier, session, counted);
      expect(closed.review_required).toBe(review);
      expect(amountsOf(closed)).toMatchObject({
        variance_minor: String(variance),
        variance_limit_minor: '500',
      });
      expect(before - (await room.balance('cash_over_short'))).toBe(review ? 0n : variance);
      await room.reviews.review(room.staff, { id: session.id }, 'counted again', null);
      expect(before - (await room.balance('cash_over_short'))).toBe(variance);
    });

    it('above the limit keeps the drawer shut until a second person has looked', async () => {
      const drawer = await room.aDrawer(limited);
      const session = await room.open(room.staff, drawer, '100.00');
      expect(await refusal(room.reviews.review(room.staff2, { id: session.id }, '', null))).toBe(
        'drawer_session_not_closed',
      );
      await room.close(room.staff2, session, '10.00');
      expect(await refusal(room.open(cashier, drawer, '10.00'))).toBe('drawer_review_pending');
      expect(await refusal(room.drawers.archive(room.staff2, { id: drawer.id }))).toBe(
        'drawer_review_pending',
      );
      for (const involved of [room.staff, room.staff2]) {
        expect(await refusal(room.reviews.review(involved, { id: session.id }, '', null))).toBe(
          'second_person_required',
        );
      }
      const third = await room.aCashier();
      const admin = { ...third, role: 'admin' as const };
      await room.reviews.review(admin, { id: session.id }, 'known', null);
      expect(await room.balance(`drawer:${drawer.id}`)).toBe(1_000n);
      await room.close(cashier, await room.open(cashier, drawer, '10.00'), '10.00');
    });

    it('of the opening counts as well', async () => {
      const drawer = await room.aDrawer(limited);
      await room.close(cashier, await room.open(cashier, drawer, '100.00'), '100.00');
      const session = await room.open(cashier, drawer, '90.00');
      expect(await room.close(cashier, session, '90.00')).toMatchObject({ review_required: true });
      await room.reviews.review(room.staff, { id: session.id }, '', null);
      const more = await room.open(cashier, drawer, '500.00');
      expect(await room.close(cashier, more, '500.00')).toMatchObject({ review_required: false });
    });

    it('can be reviewed by one person only, with five at once', async () => {
      const session = await room.open(cashier, await room.aDrawer(limited), '100.00');
      await room.close(cashier, session, '10.00');
      const before = await room.balance('cash_over_short');
      const answers = await Promise.allSettled(
        Array.from({ length: 5 }, (_, at) =>
          room.reviews.review(at % 2 ? room.staff : room.staff2, { id: session.id }, '', null),
        ),
      );
      expect(outcomes(answers).done).toBe(1);
      expect((await room.balance('cash_over_short')) - before).toBe(9_000n);
    });
  });
});
