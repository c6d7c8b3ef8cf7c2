import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { aUser, insertRow } from '../support/fixtures.js';
import type { Principal } from '../../src/common/index.js';

/** What the database itself refuses, whoever asks. */
describe('the tables of billing', () => {
  let database: TestDatabase;
  let customer: Principal;
  let staff: Principal;
  let second: Principal;
  let method: number;
  let foreignMethod: number;
  let counter = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    const { dataSource } = database;
    customer = await aUser(dataSource, 'customer');
    staff = await aUser(dataSource, 'staff');
    second = await aUser(dataSource, 'staff');
    await insertRow(dataSource, 'accounts', { id: 2, name: 'Another' });
    method = await aMethod(1);
    foreignMethod = await aMethod(2);
  });
  afterAll(() => database.drop());

  const insert = <Row = { id: number }>(table: string, values: Record<string, unknown>) =>
    insertRow<Row>(database.dataSource, table, values);
  const run = (sql: string, params: unknown[] = []): Promise<unknown> =>
    database.dataSource.query(sql, params);
  const aMethod = async (account: number, more: Record<string, unknown> = {}): Promise<number> => {
    const { id } = await insert('account_payment_methods', {
      account_id: account,
      code: 'bank_transfer',
      name: 'Bank',
      currency: 'TZS',
      bank_name: 'Bank',
      account_name: 'Malipo',
      account_number: '1',
      reference_template: 'Invoice {number}',
      instructions: '{}',
      ...more,
    });
    return id;
  };
  const anInvoice = async (): Promise<number> => {
    const { id } = await insert('invoices', {
      account_id: 1,
      customer_id: customer.userId,
      customer_name: 'Asha',
      currency: 'TZS',
      subtotal_minor: '100',
      tax_minor: '0',
      total_minor: '100',
    });
    return id;
  };
  const aManual = async (more: Record<string, unknown> = {}): Promise<number> => {
    counter += 1;
    const invoice = Number(more['invoice_id'] ?? (await anInvoice()));
    const { id } = await insert('payments', {
      account_id: 1,
      payable_kind: 'invoice',
      payable_id: invoice,
      payable_uuid: '00000000-0000-4000-8000-000000000000',
      payable_reference: `INV-${invoice}`,
      customer_id: customer.userId,
      currency: 'TZS',
      amount_minor: '100',
      payment_method: 'bank_transfer',
      status: 'pending_approval',
    });
    await insert('manual_payments', {
      payment_id: id,
      account_id: 1,
      invoice_id: invoice,
      method_id: method,
      destination: 'Bank',
      requested_reference: 'Invoice',
      reference: `FT-${counter}`,
      reference_key: `FT${counter}`,
      currency: 'TZS',
      claimed_minor: '100',
      submitted_by: staff.userId,
      first_payment_id: id,
      ...more,
    });
    return id;
  };
  const review = (payment: number, more: Record<string, unknown> = {}) =>
    insert('manual_payment_reviews', {
      payment_id: payment,
      decision: 'approved',
      actor_id: second.userId,
      version: 2,
      received_minor: '100',
      ...more,
    });
  const rejection = { decision: 'rejected', received_minor: null, reason_code: 'other' };
  const prove = async (payment: number, by: Principal, more: Record<string, unknown> = {}) => {
    const bytes = Buffer.from(`proof of ${payment}`);
    const file = await insert('files', {
      account_id: 1,
      purpose: 'payment_proof',
      filename: 'receipt.pdf',
      media_type: 'application/pdf',
      size: bytes.length,
      sha256: await sha256(bytes),
      bytes,
    });
    return insert('manual_payment_proofs', {
      payment_id: payment,
      account_id: 1,
      file_id: file.id,
      sha256: 'a'.repeat(64),
      uploaded_by: by.userId,
      ...more,
    });
  };
  const sha256 = async (bytes: Buffer): Promise<Buffer> => {
    const [row]: { hash: Buffer }[] = await database.dataSource.query('SELECT sha256($1) AS hash', [
      bytes,
    ]);
    return row?.hash ?? Buffer.alloc(0);
  };
  const reversal = (payment: number, more: Record<string, unknown> = {}) =>
    insert('manual_payment_reversals', {
      payment_id: payment,
      account_id: 1,
      currency: 'TZS',
      amount_minor: '100',
      reason: 'recalled',
      proposed_by: staff.userId,
      ...more,
    });
  const confirmed = () => ({ status: 'confirmed', decided_by: second.userId, decided_at: 'now' });

  it('keep what a decision needs, once', async () => {
    const payment = await aManual();
    await review(payment);
    const stored = await run('SELECT decision FROM manual_payment_reviews WHERE payment_id = $1', [
      payment,
    ]);
    expect(stored).toEqual([{ decision: 'approved' }]);
  });

  it.each<[string, () => Promise<unknown>]>([
    [
      'manual_payment_reviews_second_person',
      async () => review(await aManual(), { actor_id: staff.userId }),
    ],
    [
      'manual_payment_reviews_second_person',
      async () => review(await aManual(), { actor_id: customer.userId }),
    ],
    [
      'manual_payment_reviews_second_person',
      async () => {
        const payment = await aManual();
        await prove(payment, second);
        return review(payment);
      },
    ],
    [
      'manual_payment_reviews_second_person',
      async () => review(await aManual(), { ...rejection, actor_id: staff.userId, reason: 'no' }),
    ],
    [
      'manual_payment_reviews_withdrawn_by_submitter',
      async () => review(await aManual(), { decision: 'withdrawn', received_minor: null }),
    ],
    [
      'manual_payment_reviews_one_decision',
      async () => {
        const payment = await aManual();
        await review(payment);
        return review(payment, { ...rejection, reason: 'no' });
      },
    ],
    ['manual_payment_reviews_reason', async () => review(await aManual(), rejection)],
    [
      'manual_payment_reviews_reason',
      async () => review(await aManual(), { ...rejection, reason: ' ' }),
    ],
    [
      'manual_payment_reviews_received',
      async () => review(await aManual(), { received_minor: null }),
    ],
    ['manual_payment_reviews_received', async () => review(await aManual(), { received_minor: 0 })],
    [
      'manual_payments_decided_unchanged',
      async () => {
        const payment = await aManual();
        await review(payment);
        return run(`UPDATE manual_payments SET claimed_minor = 1 WHERE payment_id = $1`, [payment]);
      },
    ],
    [
      'manual_payments_decided_unchanged',
      async () => {
        const payment = await aManual();
        await review(payment);
        return prove(payment, staff);
      },
    ],
    [
      'manual_payments_reference_once',
      async () => {
        await aManual({ reference_key: 'TWICE' });
        return aManual({ reference_key: 'TWICE' });
      },
    ],
    ['manual_payments_method_fkey', () => aManual({ method_id: foreignMethod })],
    ['manual_payments_payer_account_masked', () => aManual({ payer_account: '0150123456' })],
    ['manual_payments_claimed_positive', () => aManual({ claimed_minor: 0 })],
    [
      'manual_payments_resubmitted_once',
      async () => {
        const invoice = await anInvoice();
        const first = await aManual({ invoice_id: invoice });
        const again = { invoice_id: invoice, resubmission_of: first, first_payment_id: first };
        await aManual(again);
        return aManual(again);
      },
    ],
    [
      'manual_payments_resubmission_fkey',
      async () => {
        const first = await aManual();
        return aManual({ resubmission_of: first, first_payment_id: first });
      },
    ],
    [
      'manual_payment_proofs_once',
      async () => {
        const payment = await aManual();
        await prove(payment, staff);
        return prove(payment, staff);
      },
    ],
    [
      'manual_payment_proofs_payment_fkey',
      async () => prove(await aManual(), staff, { account_id: 2 }),
    ],
    [
      'manual_payment_reversals_second_person',
      async () => reversal(await aManual(), { ...confirmed(), decided_by: staff.userId }),
    ],
    [
      'manual_payment_reversals_one_open',
      async () => {
        const payment = await aManual();
        await reversal(payment);
        return reversal(payment);
      },
    ],
    [
      'manual_payment_reversals_one_confirmed',
      async () => {
        const payment = await aManual();
        await reversal(payment, confirmed());
        return reversal(payment, confirmed());
      },
    ],
    [
      'manual_payment_reversals_decided',
      async () => reversal(await aManual(), { status: 'declined' }),
    ],
    [
      'account_payment_methods_one_default',
      async () => {
        await aMethod(1, { currency: 'KES', is_default: true });
        return aMethod(1, { currency: 'KES', is_default: true });
      },
    ],
    ['account_payment_methods_range', () => aMethod(1, { min_minor: 2, max_minor: 1 })],
    ['account_payment_methods_manual', () => aMethod(1, { code: 'azampay' })],
    [
      'account_payment_methods_default_offered',
      () => aMethod(1, { currency: 'UGX', is_default: true, archived_at: 'now' }),
    ],
    ['account_payment_methods_destination', () => aMethod(1, { account_number: ' ' })],
  ])('refuse by %s', async (constraint, act) => {
    await expect(act()).rejects.toMatchObject({ constraint });
  });

  it.each([
    'DELETE FROM account_payment_methods',
    'TRUNCATE account_payment_methods CASCADE',
    'UPDATE manual_payment_reviews SET version = 9',
    'DELETE FROM manual_payment_reviews',
    'DELETE FROM manual_payment_proofs',
  ])('refuse %s even to their owner', async (sql) => {
    await prove(await aManual(), staff);
    await review(await aManual());
    await expect(database.asOwner(sql)).rejects.toThrow('append-only');
  });
});
