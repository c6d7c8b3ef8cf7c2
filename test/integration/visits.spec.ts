import type { Principal } from '../../src/common/index.js';
import type { PropertyRow } from '../../src/properties/index.js';
import { expectBooksToAgree } from '../support/books.js';
import { aVisitRoom, VISIT_HOURS, type VisitRoom } from '../support/visit-room.js';

/** One visit per house and visitor at a time, and where the money of each goes. */
describe('visits', () => {
  let room: VisitRoom;
  let house: PropertyRow;
  let visitor: Principal;

  beforeAll(async () => {
    room = await aVisitRoom();
  });
  beforeEach(async () => {
    house = await room.aHouse();
    visitor = await room.aVisitor();
  });
  afterEach(() => expectBooksToAgree(room.database.dataSource));
  afterAll(() => room.database.drop());

  const rowsOf = (): Promise<{ id: number; status: string }[]> =>
    room.database.dataSource.query(
      'SELECT id, status FROM visits WHERE property_id = $1 ORDER BY id',
      [house.id],
    );

  describe('are opened', () => {
    it('once by twenty callers at the same time', async () => {
      const opened = await Promise.all(Array.from({ length: 20 }, () => room.open(house, visitor)));
      expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
      expect(await rowsOf()).toEqual([{ id: opened[0]?.id, status: 'pending' }]);
      expect(await room.actionsOf(opened[0]?.id ?? 0)).toEqual(['visit.created']);
    });

    it('once by twenty callers when the one before has just ended', async () => {
      const before = await room.open(house, visitor);
      await room.payNew(before);
      await room.passHours(VISIT_HOURS + 1);
      const opened = await Promise.all(Array.from({ length: 20 }, () => room.open(house, visitor)));
      expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
      expect((await rowsOf()).map(({ status }) => status)).toEqual(['expired', 'pending']);
      expect(await room.actionsOf(before.id)).toEqual([
        'visit.created',
        'visit.active',
        'visit.expired',
      ]);
    });

    it('for each visitor and each house of their own', async () => {
      const other = await room.aVisitor();
      const elsewhere = await room.aHouse();
      const opened = await Promise.all([
        room.open(house, visitor),
        room.open(house, other),
        room.open(elsewhere, visitor),
      ]);
      expect(new Set(opened.map(({ id }) => id)).size).toBe(3);
    });
  });

  describe('are paid', () => {
    it('for 72 hours from then, by the clock of the database', async () => {
      const visit = await room.open(house, visitor);
      const payment = await room.payNew(visit);
      const paid = await room.read(visit.id);
      expect(paid).toMatchObject({
        status: 'active',
        payment_id: payment,
        paid_minor: '300000',
      });
      expect(Number(paid.expires_at) - Number(paid.paid_at)).toBe(VISIT_HOURS * 3_600_000);
      const rows: unknown[] = await room.database.dataSource.query(
        `SELECT FROM visits v JOIN payments p ON p.id = v.payment_id
         WHERE v.id = $1 AND v.paid_at = p.paid_at`,
        [visit.id],
      );
      expect(rows).toHaveLength(1);
      await room.passHours(VISIT_HOURS);
      expect(await room.read(visit.id)).toMatchObject({ status: 'expired' });
    });

    it('by one of two payments at the same time; the other is nobody’s', async () => {
      const visit = await room.open(house, visitor);
      const a = await room.aPayment(visit);
      const b = await room.aPayment(visit);
      await Promise.all([room.pay(a.attempt), room.pay(b.attempt)]);
      const excess = [await room.excessOf(a.payment), await room.excessOf(b.payment)];
      expect(new Set(excess)).toEqual(new Set(['0', '300000']));
      expect(await room.read(visit.id)).toMatchObject({ status: 'active', paid_minor: '300000' });
    });

    it('not again by money that comes when they are over', async () => {
      const visit = await room.open(house, visitor);
      const late = await room.aPayment(visit);
      await room.payNew(visit);
      await room.passHours(VISIT_HOURS + 1);
      await room.pay(late.attempt);
      expect(await room.excessOf(late.payment)).toBe('300000');
      expect(await room.read(visit.id)).toMatchObject({ status: 'expired' });
    });
  });

  describe('whose refund comes back', () => {
    it('are open again for what is left of their time', async () => {
      const visit = await room.open(house, visitor);
      const payment = await room.payNew(visit);
      const paid = await room.read(visit.id);
      await room.refund(payment);
      expect(await room.read(visit.id)).toMatchObject({ status: 'refunded', paid_minor: '0' });
      await room.returnRefund(payment);
      expect(await room.read(visit.id)).toMatchObject({
        status: 'active',
        paid_minor: '300000',
        paid_at: paid.paid_at,
        expires_at: paid.expires_at,
      });
      expect(await room.actionsOf(visit.id)).toEqual([
        'visit.created',
        'visit.active',
        'visit.refunded',
        'visit.payment_restored',
      ]);
    });

    it('in part get that part back', async () => {
      const visit = await room.open(house, visitor);
      const payment = await room.payNew(visit);
      await room.refund(payment, '100000');
      expect(await room.read(visit.id)).toMatchObject({ status: 'active', paid_minor: '200000' });
      await room.returnRefund(payment, '100000');
      expect(await room.read(visit.id)).toMatchObject({ status: 'active', paid_minor: '300000' });
    });

    it('after their time stay over', async () => {
      const visit = await room.open(house, visitor);
      const payment = await room.payNew(visit);
      await room.refund(payment);
      await room.passHours(VISIT_HOURS + 1);
      await room.returnRefund(payment);
      expect(await room.read(visit.id)).toMatchObject({ status: 'expired', paid_minor: '300000' });
    });

    it('stay closed when the visitor has paid anew; the money is nobody’s', async () => {
      const visit = await room.open(house, visitor);
      const payment = await room.payNew(visit);
      await room.refund(payment);
      const next = await room.open(house, visitor);
      await room.payNew(next);
      await room.returnRefund(payment);
      expect(await room.read(visit.id)).toMatchObject({ status: 'refunded', paid_minor: '0' });
      expect(await room.excessOf(payment)).toBe('300000');
      expect(await room.read(next.id)).toMatchObject({ status: 'active' });
    });

    it('and which are opened anew at the same moment end as one or the other', async () => {
      for (let round = 0; round < 10; round += 1) {
        const guest = await room.aVisitor();
        const visit = await room.open(house, guest);
        const payment = await room.payNew(visit);
        await room.refund(payment);
        const [next] = await Promise.all([
          room.open(house, guest),
          room.returnRefund(payment),
          room.open(house, guest),
        ]);
        const old = await room.read(visit.id);
        const current = await room.visits.current({
          propertyId: house.id,
          userId: guest.userId,
        });
        expect(current?.id).toBe(next.id);
        expect(old.status).toBe(next.id === visit.id ? 'active' : 'refunded');
      }
    });
  });

  it('that were refunded begin anew with other money that comes late', async () => {
    const visit = await room.open(house, visitor);
    const late = await room.aPayment(visit);
    const payment = await room.payNew(visit);
    await room.refund(payment);
    await room.passHours(10);
    await room.pay(late.attempt);
    const again = await room.read(visit.id);
    expect(again).toMatchObject({ status: 'active', payment_id: late.payment });
    expect(Number(again.expires_at) - Number(again.paid_at)).toBe(VISIT_HOURS * 3_600_000);
    await room.returnRefund(payment);
    expect(await room.excessOf(payment)).toBe('300000');
  });

  it('never give back more than they got, or to another payment', async () => {
    const visit = await room.open(house, visitor);
    const payment = await room.payNew(visit);
    const reverse = (paymentId: number, amountMinor: bigint): Promise<void> =>
      room.transactions.run((manager) =>
        room.payable.reverse(manager, {
          payableId: visit.id,
          paymentId,
          amountMinor,
          actor: { userId: null, label: 'system', role: 'system' },
        }),
      );
    await expect(reverse(payment, 300_001n)).rejects.toThrow('cannot give back');
    await expect(reverse(payment + 1, 1n)).rejects.toThrow('cannot give back');
    await expect(reverse(payment, 0n)).rejects.toThrow('moves 0');
  });

  it('keep their rules in the database too', async () => {
    const visit = await room.open(house, visitor);
    await room.payNew(visit);
    const hotel = await room.aHouse({
      kind: 'hotel',
      visit_cost_minor: null,
      visit_cost_currency: null,
    });
    const insert = (property: PropertyRow, kind: string): Promise<unknown> =>
      room.database.dataSource.query(
        `INSERT INTO visits (account_id, property_id, property_kind, user_id, currency, cost_minor)
         VALUES (1, $1, $2, $3, 'TZS', 1)`,
        [property.id, kind, visitor.userId],
      );
    await expect(insert(house, 'house')).rejects.toMatchObject({
      constraint: 'visits_one_at_a_time',
    });
    await expect(insert(hotel, 'house')).rejects.toMatchObject({
      constraint: 'visits_property_fkey',
    });
    await expect(insert(hotel, 'hotel')).rejects.toMatchObject({ constraint: 'visits_of_houses' });
    for (const [change, constraint] of [
      ['paid_minor = 0', 'visits_status_follows_money'],
      [`status = 'pending'`, 'visits_status_follows_money'],
      [`status = 'refunded'`, 'visits_status_follows_money'],
      ['paid_minor = cost_minor + 1', 'visits_paid_at_most_cost'],
      ['expires_at = paid_at', 'visits_lifetime'],
      ['expires_at = NULL', 'visits_paid_whole'],
      [`status = 'open'`, 'visits_status'],
    ]) {
      await expect(
        room.database.dataSource.query(`UPDATE visits SET ${change} WHERE id = $1`, [visit.id]),
      ).rejects.toMatchObject({ constraint });
    }
  });
});
