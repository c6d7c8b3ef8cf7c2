import type { EntityManager } from 'typeorm';
import { randomToken } from '../common/index.js';
import { DEMO_ACCOUNT_IDS, DEMO_USER_IDS } from '../identity/index.js';
import { Ledger } from '../ledger/index.js';

export const DEMO_PRODUCT_IDS = {
  waterFilter: 1,
  solarLamp: 2,
  sewingMachine: 3,
  basket: 4,
  lastCarving: 5,
  otherBranch: 6,
} as const;
export const DEMO_ORDER_IDS = { cashOnDelivery: 1, paid: 2, online: 3, otherBranch: 4 } as const;
export const DEMO_ADDRESS_IDS = { customer: 1, otherBranch: 2 } as const;

/** Ids and numbers that no row made later gets: room for more demo rows. */
const RESERVED_IDS = 100;

const OURS = { account_id: DEMO_ACCOUNT_IDS.main, user_id: DEMO_USER_IDS.customer };
const THEIRS = { account_id: DEMO_ACCOUNT_IDS.other, user_id: DEMO_USER_IDS.outsider };

/** Prices in cents of US dollars; `reserved` is what the pending orders below hold. */
const PRODUCTS = [
  ['waterFilter', 'Ceramic water filter', 'Eight litres, with a spare candle.', 79_900, 40, 2],
  ['solarLamp', 'Solar lamp kit', 'Panel, battery and four lamps.', 89_900, 25, 0],
  ['sewingMachine', 'Sewing machine', 'With table and treadle.', 125_000, 5, 1],
  ['basket', 'Woven basket', 'Made of milulu grass.', 4_500, 120, 0],
  ['lastCarving', 'Ebony carving', 'The last one.', 30_000, 1, 0],
  ['otherBranch', 'Coffee, one kilogram', 'Roasted in Moshi.', 1_800, 60, 1],
] as const;

const ADDRESSES = [
  {
    id: DEMO_ADDRESS_IDS.customer,
    user_id: OURS.user_id,
    recipient: 'Asha Juma',
    line1: '12 Samora Avenue',
    line2: '',
    city: 'Dar es Salaam',
    region: 'Ilala',
    postal_code: '11101',
    country: 'TZ',
    phone: '255653294241',
  },
  {
    id: DEMO_ADDRESS_IDS.otherBranch,
    user_id: THEIRS.user_id,
    recipient: 'Tatu Omari',
    line1: '3 Boma Road',
    line2: '',
    city: 'Moshi',
    region: 'Kilimanjaro',
    postal_code: '25101',
    country: 'TZ',
    phone: null,
  },
];

/** The payments that document 003 prints, and their orders: one line each, a payment of the same id. */
const ORDERS = [
  {
    ...OURS,
    id: DEMO_ORDER_IDS.cashOnDelivery,
    address_id: DEMO_ADDRESS_IDS.customer,
    product_id: DEMO_PRODUCT_IDS.waterFilter,
    quantity: 2,
    method: 'COD',
    status: 'pending',
    created_at: '2023-01-15T14:30:00Z',
    updated_at: '2023-01-15T14:30:00Z',
  },
  {
    ...OURS,
    id: DEMO_ORDER_IDS.paid,
    address_id: DEMO_ADDRESS_IDS.customer,
    product_id: DEMO_PRODUCT_IDS.solarLamp,
    quantity: 1,
    method: 'ONLINE',
    status: 'paid',
    created_at: '2023-01-20T10:15:00Z',
    updated_at: '2023-01-20T10:20:00Z',
  },
  {
    ...OURS,
    id: DEMO_ORDER_IDS.online,
    address_id: DEMO_ADDRESS_IDS.customer,
    product_id: DEMO_PRODUCT_IDS.sewingMachine,
    quantity: 1,
    method: 'ONLINE',
    status: 'pending',
    created_at: '2023-01-25T09:00:00Z',
    updated_at: '2023-01-25T09:00:00Z',
  },
  {
    ...THEIRS,
    id: DEMO_ORDER_IDS.otherBranch,
    address_id: DEMO_ADDRESS_IDS.otherBranch,
    product_id: DEMO_PRODUCT_IDS.otherBranch,
    quantity: 1,
    method: 'COD',
    status: 'pending',
    created_at: '2023-01-26T09:00:00Z',
    updated_at: '2023-01-26T09:00:00Z',
  },
];
const GATEWAY_ID = 'txn_123456789';

/**
 * The orders and payments of document 003's examples with products, an address and an open cart, and some
 * of another account's, on a database without products. What is paid stands in the books, too.
 */
export async function seedOrders(manager: EntityManager): Promise<void> {
  const any: unknown[] = await manager.query('SELECT FROM products LIMIT 1');
  if (any.length > 0) return;
  await writeProducts(manager);
  await writeAddresses(manager);
  await writeOrders(manager);
  await payOne(manager);
  await fillCart(manager);
  // Step by step, because the application's role may draw from a sequence but not set it.
  const tables = ['products', 'addresses', 'orders', 'payments', 'payment_transactions'];
  for (const table of tables) {
    await manager.query(
      `SELECT max(nextval(pg_get_serial_sequence($1, 'id'))) FROM generate_series(1, $2)`,
      [table, RESERVED_IDS],
    );
  }
  await manager.query(`SELECT max(nextval('order_numbers')) FROM generate_series(1, $1)`, [
    RESERVED_IDS,
  ]);
}

async function writeProducts(manager: EntityManager): Promise<void> {
  const rows = PRODUCTS.map(([key, name, description, price, stock, reserved]) => ({
    id: DEMO_PRODUCT_IDS[key],
    account_id: key === 'otherBranch' ? THEIRS.account_id : OURS.account_id,
    name,
    description,
    price_minor: price,
    stock,
    reserved,
  }));
  await manager.query(
    `INSERT INTO products (id, account_id, name, description, currency, price_minor, stock, reserved,
       created_at, updated_at)
     SELECT id, account_id, name, description, 'USD', price_minor, stock, reserved,
       now() - make_interval(days => 40 - id), now() - make_interval(days => 40 - id)
     FROM jsonb_to_recordset($1::jsonb) AS demo (id integer, account_id integer, name text,
       description text, price_minor bigint, stock integer, reserved integer)`,
    [JSON.stringify(rows)],
  );
}

async function writeAddresses(manager: EntityManager): Promise<void> {
  await manager.query(
    `INSERT INTO addresses (id, user_id, recipient, line1, line2, city, region, postal_code,
       country, phone)
     SELECT id, user_id, recipient, line1, line2, city, region, postal_code, country, phone
     FROM jsonb_to_recordset($1::jsonb) AS demo (id integer, user_id integer, recipient text,
       line1 text, line2 text, city text, region text, postal_code text, country text, phone text)`,
    [JSON.stringify(ADDRESSES)],
  );
}

/** Each with its line and its pending payment. */
async function writeOrders(manager: EntityManager): Promise<void> {
  const demo = `jsonb_to_recordset($1::jsonb) AS demo (id integer, account_id integer,
    user_id integer, address_id integer, product_id integer, quantity integer, method text,
    status text, created_at timestamptz, updated_at timestamptz)
    JOIN products p ON p.id = demo.product_id`;
  const rows = [JSON.stringify(ORDERS)];
  await manager.query(
    `INSERT INTO orders (id, account_id, user_id, reference, method, currency, total_minor,
       paid_minor, status, stock_state, address_id, ship_to, created_at, updated_at)
     SELECT demo.id, demo.account_id, demo.user_id, 'ORD-' || lpad(demo.id::text, 6, '0'),
       demo.method, p.currency, p.price_minor * demo.quantity,
       CASE demo.status WHEN 'paid' THEN p.price_minor * demo.quantity ELSE 0 END, demo.status,
       CASE demo.status WHEN 'paid' THEN 'sold' ELSE 'held' END, a.id,
       to_jsonb(a) - ARRAY['id', 'uuid', 'user_id', 'created_at', 'updated_at'],
       demo.created_at, demo.updated_at
     FROM ${demo} JOIN addresses a ON a.id = demo.address_id`,
    rows,
  );
  await manager.query(
    `INSERT INTO order_items (order_id, account_id, currency, product_id, name, unit_price_minor,
       quantity)
     SELECT demo.id, demo.account_id, p.currency, p.id, p.name, p.price_minor, demo.quantity
     FROM ${demo}`,
    rows,
  );
  await manager.query(
    `INSERT INTO payments (id, account_id, payable_kind, payable_id, payable_uuid,
       payable_reference, customer_id, created_by, currency, amount_minor, payment_method,
       created_at, updated_at)
     SELECT o.id, o.account_id, 'order', o.id, o.uuid, o.reference, o.user_id, o.user_id,
       o.currency, o.total_minor, o.method, o.created_at, o.updated_at
     FROM orders o ORDER BY o.id`,
  );
}

async function payOne(manager: EntityManager): Promise<void> {
  const id = DEMO_ORDER_IDS.paid;
  await manager.query(
    `UPDATE payments SET status = 'completed', provider = 'signed_webhook', transaction_ref = $2,
       applied_minor = amount_minor, paid_at = updated_at, processed_at = updated_at WHERE id = $1`,
    [id, GATEWAY_ID],
  );
  // The attempt goes without the gateway's id: document 003's example of a notification uses the same one
  // for order 1, and a gateway's transaction pays once.
  const attempts: { id: number; amount_minor: string; currency: string }[] = await manager.query(
    `INSERT INTO payment_transactions (id, payment_id, account_id, provider, reference, status,
       currency, amount_minor, wire_status, sent_at, completed_at, created_at, updated_at)
     SELECT p.id, p.id, p.account_id, 'signed_webhook', $2, 'completed', p.currency,
       p.amount_minor, 'completed', p.created_at, p.paid_at, p.created_at, p.paid_at
     FROM payments p WHERE p.id = $1 RETURNING id, amount_minor, currency`,
    [id, `ONLINE-${randomToken().toUpperCase()}`],
  );
  const attempt = attempts[0];
  if (!attempt) throw new Error('the demo payment was not written');
  const amountMinor = BigInt(attempt.amount_minor);
  await new Ledger().post(manager, {
    accountId: OURS.account_id,
    currency: attempt.currency,
    fact: 'paid',
    sourceType: 'transaction',
    sourceId: String(attempt.id),
    paymentId: id,
    memo: `Payment ${id} for ORD-${String(id).padStart(6, '0')}`,
    postings: [
      { code: 'clearing:signed_webhook', amountMinor },
      { code: 'settled:order', amountMinor: -amountMinor },
    ],
  });
}

/** Two baskets and a lamp kit that the customer has not ordered yet. */
async function fillCart(manager: EntityManager): Promise<void> {
  await manager.query(
    `WITH cart AS (
       INSERT INTO carts (account_id, user_id, currency) VALUES ($1, $2, 'USD')
       RETURNING id, account_id, currency
     )
     INSERT INTO cart_items (cart_id, account_id, currency, product_id, quantity)
     SELECT cart.id, cart.account_id, cart.currency, item.product_id, item.quantity
     FROM cart, unnest($3::int[], $4::int[]) AS item (product_id, quantity)`,
    [OURS.account_id, OURS.user_id, [DEMO_PRODUCT_IDS.basket, DEMO_PRODUCT_IDS.solarLamp], [2, 1]],
  );
}
