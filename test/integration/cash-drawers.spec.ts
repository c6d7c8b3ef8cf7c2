import { newUuid, type Principal } from '../../src/common/index.js';
import { expectDrawersToAgree } from '../support/books.js';
import { aCashRoom, amountsOf, type CashRoom, outcomes, refusal } from '../support/cash-room.js';

/**
 * Drawers on a real database. After each test what a session expects, the sum of its events and the
 * drawer's ledger account must be the same.
 */
describe('cash drawers', () => {
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

  describe('a session', () => {
    it('goes from its float through sales, refunds and drops to a count that fits', async () => {
      const drawer = await room.aDrawer();
      const session = await room.open(cashier, drawer, '500.00');
      expect(session).toMatchObject({ number: 1, status: 'open', cashier_id: cashier.userId });
      await room.sell(cashier, '120.50');
      await room.sell(cashier, '80.00');
      await room.giveBack(cashier, '20.50');
      await room.record(cashier, session, {
        type: 'pay_in',
        amount: '10',
        currency: 'TZS',
        reason: 'found',
      });
      await room.record(cashier, session, {
        type: 'pay_out',
        amount: '5',
        currency: 'TZS',
        reason: 'tape',
      });
      await room.record(cashier, session, { type: 'drop_to_safe', amount: '400', currency: 'TZS' });
      await room.record(cashier, session, { type: 'bank_deposit', amount: '85', currency: 'TZS' });
      await room.record(cashier, session, { type: 'no_sale' });
      await expectDrawersToAgree(room.dataSource);
      const closed = await room.close(cashier, session, '200.00');
      expect(closed).toMatchObject({ status: 'closed', review_required: false, event_count: 9 });
      expect(amountsOf(closed)).toMatchObject({
        expected_minor: '20000',
        counted_minor: '20000',
        variance_minor: '0',
      });
      expect(await room.balance(`drawer:${drawer.id}`)).toBe(20_000n);
    });

    it('is told what the last close left, and keeps the difference apart', async () => {
      const drawer = await room.aDrawer();
      await room.close(cashier, await room.open(cashier, drawer, '500.00'), '500.00');
      const short = await room.balance('cash_over_short');
      const second = await room.open(cashier, drawer, '470.00');
      expect(amountsOf(second)).toMatchObject({
        expected_opening_minor: '50000',
        declared_opening_minor: '47000',
        balance_minor: '47000',
      });
      expect((await room.balance('cash_over_short')) - short).toBe(3_000n);
      await room.close(cashier, second, '470.00');
      const float = await room.balance('cash_float');
      const third = await room.open(cashier, drawer, '600.00');
      expect(float - (await room.balance('cash_float'))).toBe(13_000n);
      expect(third.number).toBe(3);
      await room.close(cashier, third, '600.00');
    });

    it('must say what was found of a currency that the last close left', async () => {
      const drawer = await room.aDrawer([{ currency: 'TZS' }, { currency: 'USD' }]);
      await room.close(cashier, await room.open(cashier, drawer, '500.00'), '500.00');
      expect(await refusal(room.open(cashier, drawer, '5.00', 'USD'))).toBe('validation_failed');
      expect(await refusal(room.open(cashier, drawer, '5.00', 'EUR'))).toBe('validation_failed');
      expect(
        await refusal(
          room.opening.open(
            cashier,
            {
              drawer: drawer.id,
              opening: [
                { currency: 'TZS', amount: 5 },
                { currency: 'tzs', amount: 6 },
              ],
            },
            null,
          ),
        ),
      ).toBe('validation_failed');
    });

    it('is one per drawer and one per cashier, with ten at once', async () => {
      const drawer = await room.aDrawer();
      const cashiers = await Promise.all(Array.from({ length: 10 }, () => room.aCashier()));
      const answers = await Promise.allSettled(cashiers.map((each) => room.open(each, drawer)));
      expect(outcomes(answers)).toEqual({ done: 1, codes: ['drawer_in_use'] });
      const drawers = await Promise.all(Array.from({ length: 10 }, () => room.aDrawer()));
      const mine = await Promise.allSettled(drawers.map((each) => room.open(cashier, each)));
      expect(outcomes(mine)).toEqual({ done: 1, codes: ['cashier_has_open_session'] });
    });

    it('is opened, closed and reviewed once by a claim that comes again', async () => {
      const drawer = await room.aDrawer([{ currency: 'TZS', variance_limit: 0 }]);
      const [open, event, close, review] = [newUuid(), newUuid(), newUuid(), newUuid()];
      const body = { drawer: drawer.id, opening: [{ currency: 'TZS', amount: '100.00' }] };
      const session = await room.opening.open(cashier, body, open);
      expect((await room.opening.open(cashier, body, open)).id).toBe(session.id);
      const drop = { type: 'drop_to_safe', amount: '10.00', currency: 'TZS' } as const;
      const first = await room.recording.record(cashier, { id: session.id }, drop, event);
      const again = await room.recording.record(cashier, { id: session.id }, drop, event);
      expect(again[0].id).toBe(first[0].id);
      const counted = { counted: [{ currency: 'TZS', amount: '91.00' }] };
      await room.closing.close(cashier, { id: session.id }, counted, close);
      expect(await room.closing.close(cashier, { id: session.id }, counted, close)).toMatchObject({
        status: 'closed',
      });
      await room.reviews.review(room.staff, { id: session.id }, 'seen', review);
      expect(
        await room.reviews.review(room.staff, { id: session.id }, 'seen', review),
      ).toMatchObject({
        status: 'reviewed',
      });
      expect(await refusal(room.reviews.review(room.staff, { id: session.id }, '', null))).toBe(
        'drawer_session_reviewed',
      );
    });

    it('takes no cash of who has none open, of another account, or while it is counted', async () => {
      expect(await refusal(room.sell(cashier, '5.00'))).toBe('no_open_drawer_session');
      const session = await room.open(cashier, await room.aDrawer(), '100.00');
      expect(await refusal(room.sell(cashier, '5.00', 'USD'))).toBe('currency_not_in_drawer');
      expect(await refusal(room.giveBack(cashier, '100.01'))).toBe('not_enough_cash');
      await room.giveBack(cashier, '100.00');
      await room.sell(cashier, '30.00');
      await room.counting.count(cashier, { id: session.id }, [
        { currency: 'TZS', amount: '30.00' },
      ]);
      expect(await refusal(room.sell(cashier, '5.00'))).toBe('drawer_session_counting');
      expect(await refusal(room.record(cashier, session, { type: 'no_sale' }))).toBe(
        'drawer_session_counting',
      );
      await room.closing.close(cashier, { id: session.id }, {}, null);
      expect(await refusal(room.sell(cashier, '5.00'))).toBe('no_open_drawer_session');
      expect(await refusal(room.record(cashier, session, { type: 'no_sale' }))).toBe(
        'drawer_session_closed',
      );
      const outsider = { ...cashier, accountId: 2 };
      expect(await refusal(room.record(outsider, session, { type: 'no_sale' }))).toBe(
        'cash_session_not_found',
      );
    });

    it('keeps nothing of a sale whose payment fails', async () => {
      const session = await room.open(cashier, await room.aDrawer(), '100.00');
      expect(await refusal(room.sell(cashier, '5.00', 'TZS', { fail: true }))).toBe(
        'the payable refused',
      );
      const report = await room.xReports.make(room.staff, { id: session.id });
      expect(report).toMatchObject({ event_count: 1, currencies: [{ expected: '100.00' }] });
    });
  });

  describe('recording', () => {
    it('an adjustment needs another person than the cashier', async () => {
      const session = await room.open(cashier, await room.aDrawer(), '100.00');
      const adjust = {
        type: 'adjustment',
        amount: '3.00',
        currency: 'TZS',
        direction: 'out',
        reason: 'typo',
      } as const;
      expect(await refusal(room.record(cashier, session, adjust))).toBe('second_person_required');
      const [event] = await room.record(room.staff, session, adjust);
      expect(event).toMatchObject({
        direction: -1,
        amount_minor: '300',
        actor_id: room.staff.userId,
      });
      const mine = await room.open(room.staff, await room.aDrawer(), '100.00');
      expect(await refusal(room.record(room.staff, mine, adjust))).toBe('second_person_required');
      await room.close(room.staff, mine, '100.00');
      expect(amountsOf(await room.close(cashier, session, '97.00'))).toMatchObject({
        variance_minor: '0',
      });
    });

    it('an exchange across currencies makes two events with one id, and two journals', async () => {
      const drawer = await room.aDrawer([{ currency: 'TZS' }, { currency: 'USD' }]);
      const session = await room.opening.open(
        cashier,
        {
          drawer: drawer.id,
          opening: [
            { currency: 'TZS', amount: '260000' },
            { currency: 'USD', amount: 20 },
          ],
        },
        null,
      );
      const [out, into] = await room.record(cashier, session, {
        type: 'change_exchange',
        amount: '250000',
        currency: 'TZS',
        received_amount: '100',
        received_currency: 'USD',
      });
      expect(out).toMatchObject({ direction: -1, currency: 'TZS', amount_minor: '25000000' });
      expect(into).toMatchObject({
        direction: 1,
        currency: 'USD',
        amount_minor: '10000',
        exchange_id: out.exchange_id,
      });
      expect(out.exchange_id).not.toBeNull();
      expect(await room.balance(`drawer:${drawer.id}`)).toBe(1_000_000n);
      expect(await room.balance(`drawer:${drawer.id}`, 'USD')).toBe(12_000n);
      expect(await room.balance('cash_exchange')).toBe(25_000_000n);
      expect(await room.balance('cash_exchange', 'USD')).toBe(-10_000n);
      await room.record(cashier, session, {
        type: 'change_exchange',
        amount: '5000',
        currency: 'TZS',
        received_amount: 5000,
        received_currency: 'TZS',
      });
      expect(await room.balance('cash_exchange')).toBe(25_000_000n);
      expect(
        await refusal(
          room.record(cashier, session, {
            type: 'change_exchange',
            amount: '5000',
            currency: 'TZS',
            received_amount: 4999,
            received_currency: 'TZS',
          }),
        ),
      ).toBe('validation_failed');
      const closed = await room.closing.close(
        cashier,
        { id: session.id },
        {
          counted: [
            { currency: 'TZS', amount: 10000 },
            { currency: 'USD', amount: 120 },
          ],
        },
        null,
      );
      expect(closed.currencies.map(({ variance_minor: variance }) => variance)).toEqual(['0', '0']);
    });

    it.each([
      [{ type: 'pay_in', amount: '5', currency: 'TZS' }, 'validation_failed'],
      [{ type: 'pay_in', currency: 'TZS', reason: 'x' }, 'validation_failed'],
      [{ type: 'pay_in', amount: '0', currency: 'TZS', reason: 'x' }, 'invalid_amount'],
      [{ type: 'pay_in', amount: '5', currency: 'USD', reason: 'x' }, 'validation_failed'],
      [{ type: 'no_sale', amount: '5', currency: 'TZS' }, 'validation_failed'],
      [{ type: 'drop_to_safe', amount: '100.01', currency: 'TZS' }, 'not_enough_cash'],
      [
        { type: 'drop_to_safe', amount: '1', currency: 'TZS', direction: 'in' },
        'validation_failed',
      ],
      [
        { type: 'drop_to_safe', amount: '1', currency: 'TZS', received_amount: 1 },
        'validation_failed',
      ],
      [{ type: 'change_exchange', amount: '1', currency: 'TZS' }, 'validation_failed'],
    ] as const)('refuses %j as %s', async (event, code) => {
      const session = await room.open(cashier, await room.aDrawer(), '100.00');
      expect(await refusal(room.record(cashier, session, event))).toBe(code);
    });

    it('belongs to the cashier of the session, and to staff', async () => {
      const session = await room.open(cashier, await room.aDrawer(), '100.00');
      const other = await room.aCashier();
      const drop = { type: 'drop_to_safe', amount: '1', currency: 'TZS' } as const;
      expect(await refusal(room.record(other, session, drop))).toBe('not_your_session');
      expect(await refusal(room.close(other, session, '100.00'))).toBe('not_your_session');
      await room.record(room.staff, session, drop);
      await room.close(room.staff, session, '99.00');
    });

    it('never takes more out of the drawer than is in it, with twenty at once', async () => {
      const session = await room.open(cashier, await room.aDrawer(), '100.00');
      const answers = await Promise.allSettled(
        Array.from({ length: 20 }, (_, at) =>
          at % 2
            ? room.giveBack(cashier, '15.00')
            : room.record(cashier, session, {
                type: 'drop_to_safe',
                amount: '15.00',
                currency: 'TZS',
              }),
        ),
      );
      expect(outcomes(answers).done).toBe(6);
    });
  });

  describe('the holding limit', () => {
    it('blocks further cash until a drop is recorded', async () => {
      const drawer = await room.aDrawer([{ currency: 'TZS', holding_limit: '150.00' }]);
      const session = await room.open(cashier, drawer, '100.00');
      await room.sell(cashier, '80.00');
      expect(await refusal(room.sell(cashier, '1.00'))).toBe('holding_limit_reached');
      expect(
        await refusal(
          room.record(cashier, session, {
            type: 'pay_in',
            amount: 1,
            currency: 'TZS',
            reason: 'x',
          }),
        ),
      ).toBe('holding_limit_reached');
      await room.record(cashier, session, { type: 'drop_to_safe', amount: '100', currency: 'TZS' });
      await room.sell(cashier, '1.00');
      expect(await room.balance(`drawer:${drawer.id}`)).toBe(8_100n);
    });

    it('lets one sale cross it, with ten at once', async () => {
      const drawer = await room.aDrawer([{ currency: 'TZS', holding_limit: '150.00' }]);
      await room.open(cashier, drawer, '100.00');
      const answers = await Promise.allSettled(
        Array.from({ length: 10 }, () => room.sell(cashier, '60.00')),
      );
      expect(outcomes(answers).done).toBe(1);
    });
  });
});
