import type { EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import { newUuid, randomToken, SYSTEM } from '../common/index.js';
import { Credits } from '../credits/index.js';
import { change } from '../database/index.js';
import { DEMO_ACCOUNT_IDS, DEMO_USER_IDS } from '../identity/index.js';
import { Ledger } from '../ledger/index.js';

export const DEMO_INVOICE_IDS = { unpaid: 1, paid: 2, otherBranch: 3 } as const;

/** The payment that paid the paid one, and its attempt. */
const DEMO_PAYMENT_ID = 51;
/** Written, issued, paid. */
const PAID_VERSION = 3;
/** Ids that no row made later gets: room for more demo rows. */
const RESERVED_IDS = 100;

interface DemoLine {
  description: string;
  quantity: number;
  unit_price_minor: number;
  net_minor: number;
  tax_minor: number;
}

interface DemoInvoice {
  id: number;
  account_id: number;
  customer_id: number | null;
  customer_name: string;
  customer_email: string | null;
  customer_phone: string | null;
  total_minor: number;
  notes: string;
  lines: DemoLine[];
}

/** Value added tax of Tanzania, in per cent. */
const TAX_RATE = 18;

function line(description: string, quantity: number, unitPriceMinor: number): DemoLine {
  const net = quantity * unitPriceMinor;
  return {
    description,
    quantity,
    unit_price_minor: unitPriceMinor,
    net_minor: net,
    tax_minor: (net * TAX_RATE) / 100,
  };
}

const ASHA = {
  account_id: DEMO_ACCOUNT_IDS.main,
  customer_id: DEMO_USER_IDS.customer,
  customer_name: 'Asha Juma',
  customer_email: 'customer@malipo.test',
  customer_phone: '255653294241',
};

const INVOICES: DemoInvoice[] = [
  {
    ...ASHA,
    id: DEMO_INVOICE_IDS.unpaid,
    total_minor: 11_800_000,
    notes: 'Please quote the invoice number with your payment.',
    lines: [line('Conference room, one day', 1, 6_000_000), line('Airport transfer', 2, 2_000_000)],
  },
  {
    ...ASHA,
    id: DEMO_INVOICE_IDS.paid,
    total_minor: 5_900_000,
    notes: '',
    lines: [line('Dinner for two', 2, 2_500_000)],
  },
  {
    id: DEMO_INVOICE_IDS.otherBranch,
    account_id: DEMO_ACCOUNT_IDS.other,
    customer_id: null,
    customer_name: 'Peter Lugola',
    customer_email: null,
    customer_phone: '255765000444',
    total_minor: 2_360_000,
    notes: '',
    lines: [line('Boat trip', 1, 2_000_000)],
  },
];

/** An unpaid and a paid invoice, and another account's own, on a database without any. */
export async function seedInvoices(manager: EntityManager): Promise<void> {
  const any: unknown[] = await manager.query('SELECT FROM invoices LIMIT 1');
  if (any.length > 0) return;
  await manager.query(
    `UPDATE accounts SET legal_name = 'Malipo Demo Ltd', address = $2, tax_id = 'TIN 100-200-300',
       contact_email = 'billing@malipo.test', contact_phone = '+255222110000',
       paper_footer = 'Bank: Demo Bank, Dar es Salaam. Account 0150 1234 5678 00.'
     WHERE id = $1`,
    [DEMO_ACCOUNT_IDS.main, 'Ohio Street 7\nDar es Salaam\nTanzania'],
  );
  await writeDrafts(manager);
  await issueAll(manager);
  await payOne(manager);
  // Step by step, because the application's role may draw from a sequence but not set it.
  for (const table of ['invoices', 'payments', 'payment_transactions']) {
    await manager.query(
      `SELECT max(nextval(pg_get_serial_sequence($1, 'id'))) FROM generate_series(1, $2)`,
      [table, RESERVED_IDS],
    );
  }
}

async function writeDrafts(manager: EntityManager): Promise<void> {
  await manager.query(
    `INSERT INTO invoices (id, account_id, customer_id, customer_name, customer_email,
       customer_phone, currency, subtotal_minor, tax_minor, total_minor, notes, due_date,
       created_at, updated_at)
     SELECT id, account_id, customer_id, customer_name, customer_email, customer_phone, 'TZS',
       (SELECT sum((l ->> 'net_minor')::bigint) FROM jsonb_array_elements(lines) l),
       (SELECT sum((l ->> 'tax_minor')::bigint) FROM jsonb_array_elements(lines) l),
       total_minor, notes, current_date + 9, now() - interval '5 days', now() - interval '5 days'
     FROM jsonb_to_recordset($1::jsonb) AS demo (id integer, account_id integer,
       customer_id integer, customer_name text, customer_email text, customer_phone text,
       total_minor bigint, notes text, lines jsonb)`,
    [JSON.stringify(INVOICES)],
  );
  const lines = INVOICES.flatMap(({ id, lines: own }) =>
    own.map((entry, index) => ({ ...entry, invoice_id: id, position: index + 1 })),
  );
  await manager.query(
    `INSERT INTO invoice_lines (invoice_id, position, description, quantity, unit_price_minor,
       tax_rate, net_minor, tax_minor)
     SELECT invoice_id, position, description, quantity, unit_price_minor, $2::numeric, net_minor,
       tax_minor
     FROM jsonb_to_recordset($1::jsonb) AS demo (invoice_id integer, position integer,
       description text, quantity numeric, unit_price_minor bigint, net_minor bigint,
       tax_minor bigint)`,
    [JSON.stringify(lines), TAX_RATE],
  );
}

/** Five days ago, numbered from one in each account. */
async function issueAll(manager: EntityManager): Promise<void> {
  const numbers = new Map<number, number>();
  for (const { id, account_id: account } of INVOICES) {
    const number = (numbers.get(account) ?? 0) + 1;
    numbers.set(account, number);
    await change(
      manager,
      `UPDATE invoices SET status = 'issued', issued_at = created_at,
         number_year = extract(year FROM created_at AT TIME ZONE 'UTC'), number_seq = $2::int,
         number = 'INV-' || extract(year FROM created_at AT TIME ZONE 'UTC') || '-'
           || lpad($2::text, 6, '0'),
         issuer = (SELECT jsonb_build_object('name', a.name, 'legal_name', a.legal_name,
           'address', a.address, 'tax_id', a.tax_id, 'email', a.contact_email,
           'phone', a.contact_phone, 'footer', a.paper_footer, 'logo_file_id', NULL)
           FROM accounts a WHERE a.id = account_id)
       WHERE id = $1`,
      [id, number],
    );
  }
  await manager.query(
    `INSERT INTO invoice_counters (account_id, kind, year, last_number)
     SELECT account_id, 'invoice', number_year, max(number_seq) FROM invoices GROUP BY 1, 2, 3`,
  );
}

interface PaidInvoice {
  uuid: string;
  number: string;
  total_minor: string;
}

/** By the customer's phone, three days ago. */
async function payOne(manager: EntityManager): Promise<void> {
  const [invoice]: PaidInvoice[] = await manager.query(
    'SELECT uuid, number, total_minor FROM invoices WHERE id = $1',
    [DEMO_INVOICE_IDS.paid],
  );
  if (!invoice) throw new Error('the demo invoice was not written');
  const gatewayId = `AZM${newUuid().replaceAll('-', '')}`;
  await manager.query(
    `INSERT INTO payments (id, account_id, payable_kind, payable_id, payable_uuid,
       payable_reference, customer_id, created_by, currency, amount_minor, applied_minor,
       payment_method, mobile_money_provider, provider, status, transaction_ref, paid_at,
       processed_at, created_at, updated_at)
     SELECT $1, $2, 'invoice', $3, $4, $5, $6, $6, 'TZS', $7, $7, 'mobile_money', 'AIRTEL',
       'azampay', 'completed', $8, at, at, at, at
     FROM (SELECT now() - interval '3 days' AS at) AS moment`,
    [
      DEMO_PAYMENT_ID,
      ASHA.account_id,
      DEMO_INVOICE_IDS.paid,
      invoice.uuid,
      invoice.number,
      ASHA.customer_id,
      invoice.total_minor,
      gatewayId,
    ],
  );
  await writeAttempt(manager, invoice, gatewayId);
  await change(
    manager,
    `UPDATE invoices SET paid_minor = total_minor, status = 'paid', version = $2,
       updated_at = now() - interval '3 days' WHERE id = $1`,
    [DEMO_INVOICE_IDS.paid, PAID_VERSION],
  );
  await bookPayment(manager, invoice);
}

async function writeAttempt(
  manager: EntityManager,
  invoice: PaidInvoice,
  gatewayId: string,
): Promise<void> {
  await manager.query(
    `INSERT INTO payment_transactions (id, payment_id, account_id, provider, reference,
       gateway_transaction_id, status, currency, amount_minor, phone, network, request_payload,
       initiated_by, sent_at, completed_at, created_at, updated_at)
     SELECT $1, $1, $2, 'azampay', $3, $4, 'completed', 'TZS', $5, $6, 'AIRTEL', $7, $8, at, at,
       at, at
     FROM (SELECT now() - interval '3 days' AS at) AS moment`,
    [
      DEMO_PAYMENT_ID,
      ASHA.account_id,
      `INVOICE-${invoice.number}-${randomToken().toUpperCase()}`,
      gatewayId,
      invoice.total_minor,
      ASHA.customer_phone,
      JSON.stringify({
        accountNumber: ASHA.customer_phone,
        amount: Number(invoice.total_minor) / 100,
        currency: 'TZS',
        provider: 'Airtel',
      }),
      ASHA.customer_id,
    ],
  );
}

/** What the settle path would have written besides: credit and journal. */
async function bookPayment(manager: EntityManager, invoice: PaidInvoice): Promise<void> {
  await new Credits(new Audits()).add(manager, {
    accountId: ASHA.account_id,
    customerId: ASHA.customer_id,
    currency: 'TZS',
    amountMinor: BigInt(invoice.total_minor),
    kind: 'payment',
    paymentId: DEMO_PAYMENT_ID,
    sourceType: 'invoice',
    sourceId: `${DEMO_INVOICE_IDS.paid}:${PAID_VERSION}`,
    actor: SYSTEM,
  });
  await new Ledger().post(manager, {
    accountId: ASHA.account_id,
    currency: 'TZS',
    fact: 'paid',
    sourceType: 'transaction',
    sourceId: String(DEMO_PAYMENT_ID),
    paymentId: DEMO_PAYMENT_ID,
    memo: `Payment ${DEMO_PAYMENT_ID} for ${invoice.number}`,
    postings: [
      { code: 'clearing:azampay', amountMinor: BigInt(invoice.total_minor) },
      { code: 'settled:invoice', amountMinor: -BigInt(invoice.total_minor) },
    ],
  });
}
