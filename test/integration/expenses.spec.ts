import type { Principal } from '../../src/common/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { aUser, insertRow } from '../support/fixtures.js';

type Values = Record<string, unknown>;

describe('the table of expenses', () => {
  let database: TestDatabase;
  let writer: Principal;
  let second: Principal;
  let property: number;
  let receipt: number;

  beforeAll(async () => {
    database = await createTestDatabase();
    const { dataSource } = database;
    writer = await aUser(dataSource, 'staff');
    second = await aUser(dataSource, 'staff');
    const owner = await aUser(dataSource, 'owner');
    const house = await insertRow<{ id: number }>(dataSource, 'properties', {
      account_id: 1,
      owner_id: owner.userId,
      kind: 'hotel',
      title: 'Hotel',
      city: 'Dar es Salaam',
      country: 'Tanzania',
    });
    property = house.id;
    const [file]: { id: number }[] = await dataSource.query(
      `INSERT INTO files (account_id, purpose, filename, media_type, size, sha256, bytes)
       VALUES (1, 'expense_receipt', 'a.pdf', 'application/pdf', 3, sha256('abc'), 'abc') RETURNING id`,
    );
    receipt = Number(file?.id);
  });
  afterAll(() => database.drop());

  const insert = async (values: Values = {}): Promise<number> => {
    const row = await insertRow<{ id: number }>(database.dataSource, 'expenses', {
      account_id: 1,
      property_id: property,
      category: 'rent',
      amount_minor: 100,
      currency: 'TZS',
      spent_on: '2026-01-20',
      created_by: writer.userId,
      changed_by: writer.userId,
      ...values,
    });
    return row.id;
  };
  const update = async (id: number, values: Values): Promise<void> => {
    const sets = Object.keys(values).map((column, index) => `${column} = $${index + 2}`);
    await database.dataSource.query(`UPDATE expenses SET ${sets.join(', ')} WHERE id = $1`, [
      id,
      ...Object.values(values),
    ]);
  };
  const pending = (values: Values = {}): Promise<number> =>
    insert({ status: 'pending', submitted_by: writer.userId, submitted_at: new Date(), ...values });
  const approval = (): Values => ({
    status: 'approved',
    decided_by: second.userId,
    decided_at: new Date(),
  });
  const payment = (): Values => ({
    status: 'paid',
    paid_from: 'advance',
    ledger_account: 'expenses_payable',
    paid_by: second.userId,
    paid_at: new Date(),
  });
  const voiding = (): Values => ({
    status: 'void',
    voided_by: writer.userId,
    voided_at: new Date(),
    void_reason: 'twice',
  });
  const approved = async (): Promise<number> => {
    const id = await pending();
    await update(id, approval());
    return id;
  };
  const paid = async (): Promise<number> => {
    const id = await approved();
    await update(id, payment());
    return id;
  };
  const refusal = (constraint: string) =>
    expect.objectContaining({ driverError: expect.objectContaining({ constraint }) as unknown });

  it.each<[string, Values]>([
    ['expenses_amount_positive', { amount_minor: 0 }],
    ['expenses_currency', { currency: 'tzs' }],
    ['expenses_category', { category: 'bribes' }],
    ['expenses_status', { status: 'lost' }],
    ['expenses_paid_from', { paid_from: 'pocket' }],
    ['expenses_submitted', { status: 'pending' }],
    ['expenses_property_fkey', { account_id: 1, property_id: 999_999 }],
    ['expenses_void', { status: 'void' }],
    ['expenses_rejected', { rejection_reason: 'why' }],
  ])('holds nothing against %s', async (constraint, values) => {
    await expect(insert(values)).rejects.toEqual(refusal(constraint));
  });

  it('knows no property of another account', async () => {
    const [other]: { id: number }[] = await database.dataSource.query(
      `INSERT INTO accounts (name) VALUES ('Other') RETURNING id`,
    );
    await expect(insert({ account_id: other?.id })).rejects.toEqual(
      refusal('expenses_property_fkey'),
    );
  });

  it.each(['created_by', 'changed_by', 'submitted_by'])(
    'lets nobody decide who is its %s',
    async (role) => {
      const id = await pending(
        role === 'created_by' ? {} : { created_by: second.userId, changed_by: second.userId },
      );
      const roles: Values = { changed_by: writer.userId, submitted_by: writer.userId };
      if (role === 'changed_by') {
        await update(id, { ...roles, submitted_by: second.userId });
      }
      await expect(update(id, { ...approval(), decided_by: writer.userId })).rejects.toEqual(
        refusal('expenses_second_person'),
      );
    },
  );

  it('lets nothing above the limit through without a second person, below it does', async () => {
    const id = await pending();
    await expect(update(id, { ...approval(), decided_by: null })).rejects.toEqual(
      refusal('expenses_second_person_above_limit'),
    );
    await update(id, { ...approval(), decided_by: null, needs_approval: false });
  });

  it.each<[string, Values]>([
    ['amount_minor', { amount_minor: 99 }],
    ['currency', { currency: 'USD' }],
    ['category', { category: 'other' }],
    ['property_id', { property_id: null }],
    ['spent_on', { spent_on: '2026-01-21' }],
    ['vendor', { vendor: 'somebody else' }],
    ['notes', { notes: 'x' }],
    ['decided_by', { decided_by: null, needs_approval: false }],
    ['created_by', { created_by: null }],
    ['account_id', { account_id: 2 }],
  ])('keeps %s as it was approved', async (_column, values) => {
    for (const id of [await approved(), await paid()]) {
      await expect(update(id, values)).rejects.toEqual(refusal('expenses_decided_stay'));
    }
  });

  it('adds a missing receipt to what is approved, and replaces none', async () => {
    const id = await approved();
    await update(id, { receipt_id: receipt });
    await expect(update(id, { receipt_id: null })).rejects.toEqual(
      refusal('expenses_decided_stay'),
    );
    const gone = await insert();
    await update(gone, voiding());
    await expect(update(gone, { receipt_id: receipt })).rejects.toEqual(
      refusal('expenses_decided_stay'),
    );
  });

  it('goes one way only', async () => {
    const draft = await insert();
    for (const values of [approval(), payment()]) {
      await expect(update(draft, values)).rejects.toEqual(refusal('expenses_transition'));
    }
    const open = await pending();
    for (const values of [payment(), { status: 'draft' }]) {
      await expect(update(open, values)).rejects.toEqual(refusal('expenses_transition'));
    }
    const done = await paid();
    await expect(update(done, { status: 'approved' })).rejects.toEqual(
      refusal('expenses_transition'),
    );
    await update(done, voiding());
    for (const status of ['draft', 'pending', 'approved', 'paid', 'rejected']) {
      await expect(update(done, { status })).rejects.toEqual(refusal('expenses_transition'));
    }
    await expect(update(done, { paid_at: null })).rejects.toEqual(refusal('expenses_decided_stay'));
  });

  it('is paid whole or not, and cash that has left the drawer is not voided', async () => {
    const id = await approved();
    for (const missing of ['paid_at', 'ledger_account', 'paid_by']) {
      await expect(update(id, { ...payment(), [missing]: null })).rejects.toEqual(
        refusal('expenses_paid'),
      );
    }
    await expect(update(id, { ...payment(), ledger_account: 'drawer:7' })).rejects.toEqual(
      refusal('expenses_ledger_account'),
    );
    await update(id, { ...payment(), paid_from: 'cash_drawer', ledger_account: 'drawer:7' });
    await expect(update(id, voiding())).rejects.toEqual(refusal('expenses_cash_is_gone'));
  });

  it('loses no row', async () => {
    const id = await insert();
    await expect(
      database.dataSource.query('DELETE FROM expenses WHERE id = $1', [id]),
    ).rejects.toThrow('DELETE refused');
  });
});
