import { contentOfReport } from '../../src/cash-drawers/reports/z-reports.service.js';
import { newUuid, type Principal } from '../../src/common/index.js';
import { expectDrawersToAgree } from '../support/books.js';
import { aCashRoom, type CashRoom, refusal } from '../support/cash-room.js';

/**
 * Drawers on a real database. After each test what a session expects, the sum of its events and the
 * drawer's ledger account must be the same.
 */
describe('what the database keeps of cash drawers', () => {
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

  describe('Z reports', () => {
    it('are numbered without gaps and chained, with drawers opening and closing side by side', async () => {
      const drawers = await Promise.all(Array.from({ length: 3 }, () => room.aDrawer()));
      await Promise.all(
        drawers.map(async (drawer) => {
          const seller = await room.aCashier();
          for (let round = 1; round <= 4; round += 1) {
            const session = await room.open(seller, drawer, '100.00');
            await Promise.all([
              room.sell(seller, '5.00'),
              // Others in between, all refused: their numbers must not be used up.
              refusal(room.open(await room.aCashier(), drawer)),
              refusal(room.open(seller, drawer)),
            ]);
            await Promise.allSettled([
              room.close(seller, session, '105.00'),
              room.close(room.staff, session, '105.00'),
            ]);
            const opened = await room.open(seller, drawer, '105.00');
            await room.record(seller, opened, { type: 'drop_to_safe', amount: 5, currency: 'TZS' });
            await room.close(seller, opened, '100.00');
          }
        }),
      );
      for (const drawer of drawers) {
        const reports = await room.rows<{ number: number }>(
          'SELECT number FROM cash_z_reports WHERE drawer_id = $1 ORDER BY id',
          [drawer.id],
        );
        expect(reports.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
        expect(await room.zReports.verify(room.staff, { id: drawer.id })).toMatchObject({
          valid: true,
          reports: 8,
        });
      }
    });

    it('state totals per tender and per cashier', async () => {
      const session = await room.open(cashier, await room.aDrawer(), '100.00');
      await room.sell(cashier, '30.00');
      await room.sell(cashier, '12.00');
      await room.giveBack(cashier, '2.00');
      await room.record(room.staff, session, { type: 'drop_to_safe', amount: 40, currency: 'TZS' });
      await room.close(cashier, session, '100.00');
      const content = contentOfReport(await room.zOf(session));
      expect(content.tenders).toEqual([
        {
          tender: 'cash',
          currency: 'TZS',
          in_drawer: true,
          sales_count: 2,
          sales: '42.00',
          refunds_count: 1,
          refunds: '2.00',
          net: '40.00',
        },
      ]);
      expect(content.cashiers).toEqual([
        expect.objectContaining({
          id: room.staff.userId,
          sales: '0.00',
          other_in: '0.00',
          other_out: '40.00',
        }),
        expect.objectContaining({
          id: cashier.userId,
          sales_count: 2,
          sales: '42.00',
          refunds: '2.00',
          other_in: '100.00',
        }),
      ]);
      expect(content.currencies[0]).toMatchObject({
        cash_in: '142.00',
        cash_out: '42.00',
        expected: '100.00',
        counted: '100.00',
        variance: '0.00',
      });
    });

    it('name what the cashier took by other tenders beside the drawer', async () => {
      await room.aPaidPayment(cashier, '7.00', 'mobile_money');
      const session = await room.open(cashier, await room.aDrawer(), '100.00');
      await room.aPaidPayment(cashier, '11.00', 'mobile_money');
      await room.aPaidPayment(cashier, '12.00', 'mobile_money');
      await room.aPaidPayment(room.staff, '13.00', 'mobile_money');
      await room.sell(cashier, '30.00');
      const tenders = [
        expect.objectContaining({ tender: 'cash', in_drawer: true, net: '30.00' }),
        expect.objectContaining({
          tender: 'mobile_money',
          in_drawer: false,
          sales_count: 2,
          net: '23.00',
        }),
      ];
      expect(await room.xReports.make(cashier, { id: session.id })).toMatchObject({ tenders });
      await room.close(cashier, session, '130.00');
      await room.aPaidPayment(cashier, '14.00', 'mobile_money');
      expect(contentOfReport(await room.zOf(session))).toMatchObject({ tenders });
      expect(await room.xReports.make(cashier, { id: session.id })).toMatchObject({ tenders });
    });

    it('hold in the database: no gap, no other report before, no hash that does not fit', async () => {
      const drawer = await room.aDrawer();
      const session = await room.open(cashier, drawer, '1.00');
      await room.close(cashier, session, '1.00');
      const next = await room.open(cashier, drawer, '1.00');
      const insert = (number: number, previous: string | null, hash: string): Promise<unknown> =>
        room.dataSource.query(
          `INSERT INTO cash_z_reports (account_id, drawer_id, session_id, number, previous_hash, hash,
             content) VALUES (1, $1, $2, $3, $4, coalesce($5, encode(sha256(convert_to(
               coalesce($4, '') || chr(10) || '{}', 'UTF8')), 'hex')), '{}')`,
          [drawer.id, next.id, number, previous, hash || null],
        );
      const { hash } = await room.zOf(session);
      const zeros = '0'.repeat(64);
      await expect(insert(2, hash, zeros)).rejects.toMatchObject({
        constraint: 'cash_z_reports_hash',
      });
      await expect(insert(2, zeros, '')).rejects.toMatchObject({
        constraint: 'cash_z_reports_chain',
      });
      await expect(insert(2, null, '')).rejects.toMatchObject({
        constraint: 'cash_z_reports_first',
      });
      await expect(insert(3, hash, '')).rejects.toMatchObject({ code: '23503' });
      await expect(
        room.dataSource.query(
          `INSERT INTO cash_sessions (account_id, drawer_id, cashier_id, number, blind)
           VALUES (1, $1, $2, 7, false)`,
          [(await room.aDrawer()).id, room.staff.userId],
        ),
      ).rejects.toMatchObject({ constraint: 'cash_sessions_without_gaps' });
    });
  });

  describe('the database itself', () => {
    it.each(['cash_events', 'cash_z_reports'])(
      'refuses to change %s: by right for the application, by trigger for everybody',
      async (table) => {
        const session = await room.open(cashier, await room.aDrawer(), '1.00');
        await room.close(cashier, session, '1.00');
        for (const sql of [
          `UPDATE ${table} SET account_id = account_id`,
          `DELETE FROM ${table}`,
          `TRUNCATE ${table} CASCADE`,
        ]) {
          await expect(room.dataSource.query(sql)).rejects.toMatchObject({ code: '42501' });
          await expect(room.database.asOwner(sql)).rejects.toMatchObject({ code: '42501' });
          await expect(room.database.asAdmin(sql)).rejects.toMatchObject({ code: '42501' });
        }
      },
    );

    it('keeps a closed session and its amounts as they are, but for one review', async () => {
      const session = await room.open(cashier, await room.aDrawer(), '1.00');
      await room.close(cashier, session, '1.00');
      const { id } = session;
      for (const sql of [
        `UPDATE cash_sessions SET status = 'open' WHERE id = ${id}`,
        `UPDATE cash_sessions SET closing_notes = 'other' WHERE id = ${id}`,
        `UPDATE cash_sessions SET status = 'reviewed', reviewed_by = 1, reviewed_at = now(),
           review_required = true WHERE id = ${id}`,
        `DELETE FROM cash_sessions WHERE id = ${id}`,
        `UPDATE cash_session_currencies SET counted_minor = 0 WHERE session_id = ${id}`,
        `DELETE FROM cash_session_currencies WHERE session_id = ${id}`,
      ]) {
        await expect(room.dataSource.query(sql)).rejects.toMatchObject({ code: '42501' });
        await expect(room.database.asOwner(sql)).rejects.toMatchObject({ code: '42501' });
      }
      await expect(
        room.dataSource.query(
          `UPDATE cash_sessions SET status = 'reviewed', reviewed_at = now(), reviewed_by = $2
           WHERE id = $1`,
          [id, cashier.userId],
        ),
      ).rejects.toMatchObject({ constraint: 'cash_sessions_second_person' });
    });

    it('refuses events in a closed session, half an exchange, and more out than in', async () => {
      const session = await room.open(cashier, await room.aDrawer(), '1.00');
      const event = (type: string, direction: number, minor: number, exchange: string | null) =>
        room.dataSource.query(
          `INSERT INTO cash_events (account_id, drawer_id, session_id, cashier_id, type, direction,
             currency, amount_minor, exchange_id, actor_id)
           VALUES (1, $1, $2, $3, $4, $5, 'TZS', $6, $7, $3)`,
          [session.drawer_id, session.id, cashier.userId, type, direction, minor, exchange],
        );
      await expect(event('drop_to_safe', -1, 101, null)).rejects.toMatchObject({
        constraint: 'cash_session_currencies_balance',
      });
      await expect(event('drop_to_safe', 1, 1, null)).rejects.toMatchObject({
        constraint: 'cash_events_type_and_direction',
      });
      await expect(event('no_sale', 0, 1, null)).rejects.toMatchObject({
        constraint: 'cash_events_amount',
      });
      await expect(event('adjustment', 1, 1, null)).rejects.toMatchObject({
        constraint: 'cash_events_second_person',
      });
      await expect(event('change_exchange', -1, 1, newUuid())).rejects.toMatchObject({
        constraint: 'cash_events_exchange_pair',
      });
      await room.close(cashier, session, '1.00');
      await expect(event('no_sale', 0, 0, null)).rejects.toMatchObject({
        constraint: 'cash_events_open_session',
      });
    });
  });
});
