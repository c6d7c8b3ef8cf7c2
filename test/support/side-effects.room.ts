import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../../src/app.module.js';
import { AccountMethods } from '../../src/billing/methods/account-methods.service.js';
import { Reviews } from '../../src/billing/manual/reviews.service.js';
import { Reversals } from '../../src/billing/manual/reversals.service.js';
import { Submissions } from '../../src/billing/manual/submissions.service.js';
import { Bookings } from '../../src/bookings/bookings.service.js';
import { Drawers } from '../../src/cash-drawers/drawers/drawers.service.js';
import { EventRecording } from '../../src/cash-drawers/events/event-recording.service.js';
import { SessionClosing } from '../../src/cash-drawers/sessions/session-closing.service.js';
import { SessionOpening } from '../../src/cash-drawers/sessions/session-opening.service.js';
import { formatMinor, type Principal, randomToken } from '../../src/common/index.js';
import { loadConfig } from '../../src/config/index.js';
import { OutboxHandlers, Transactions } from '../../src/database/index.js';
import { InvoiceDrafts } from '../../src/invoices/drafts/invoice-drafts.service.js';
import { CreditNotes } from '../../src/invoices/issuing/credit-notes.service.js';
import { InvoiceIssuing } from '../../src/invoices/issuing/invoice-issuing.service.js';
import { Addresses } from '../../src/orders/addresses/addresses.service.js';
import { Carts } from '../../src/orders/carts/carts.service.js';
import { OrderDesk } from '../../src/orders/placing/order-desk.service.js';
import { Orders } from '../../src/orders/placing/orders.service.js';
import { GatewayEvents, Payables, PaymentEndings, Settlement } from '../../src/payments/index.js';
import { AttemptOpening } from '../../src/payments/attempts/attempt-opening.service.js';
import { PaymentCreation } from '../../src/payments/payment-creation.service.js';
import { RefundApprovals } from '../../src/payments/refunds/refund-approvals.service.js';
import { RefundRequests } from '../../src/payments/refunds/refund-requests.service.js';
import { RefundSettling } from '../../src/payments/refunds/refund-settling.service.js';
import { RefundSteps } from '../../src/payments/refunds/refund-steps.service.js';
import { CashCheckouts } from '../../src/payments/tenders/cash-checkouts.service.js';
import { ReceiptDesk } from '../../src/payments/unallocated/receipt-desk.service.js';
import { UnallocatedActs } from '../../src/payments/unallocated/unallocated-acts.service.js';
import { Properties, type PropertyRow } from '../../src/properties/index.js';
import { gatewaySettings, Providers } from '../../src/providers/index.js';
import { VisitOpening } from '../../src/visit-access/visit-opening.service.js';
import { createTestDatabase } from './database.js';
import { aBooking, aUser, insertRow } from './fixtures.js';
import { PATIENT_DATABASE } from './patience.js';
import { freePort } from './ports.js';
import { ELSEWHERE_TOTAL, FLOAT, type Kind, LIMIT, PIECES, TOTAL } from './side-effects.paper.js';

export const CURRENCY = 'USD';
export const money = (minor: number): string => formatMinor(BigInt(minor), CURRENCY);

/** One payable of its own, with people, goods and a drawer of its own around it. */
export interface World {
  kind: Kind;
  /** The payable's, of table `bookings`, `orders`, `invoices` or `visits`. */
  id: number;
  elsewhere: number;
  customer: Principal;
  email: string;
  /** Takes and gives cash, and asks for what a second person decides. */
  staff: Principal;
  drawer: number;
  product: number;
  house: PropertyRow | null;
}

function services(app: INestApplicationContext) {
  const get = <T>(type: new (...args: never[]) => T): T => app.get(type, { strict: false });
  return {
    transactions: get(Transactions),
    payables: get(Payables),
    settlement: get(Settlement),
    events: get(GatewayEvents),
    creation: get(PaymentCreation),
    endings: get(PaymentEndings),
    attempts: get(AttemptOpening),
    cash: get(CashCheckouts),
    providers: get(Providers),
    submissions: get(Submissions),
    reviews: get(Reviews),
    reversals: get(Reversals),
    requests: get(RefundRequests),
    approvals: get(RefundApprovals),
    settling: get(RefundSettling),
    steps: get(RefundSteps),
    acts: get(UnallocatedActs),
    receipts: get(ReceiptDesk),
    bookings: get(Bookings),
    orders: get(Orders),
    invoices: get(InvoiceIssuing),
    notes: get(CreditNotes),
    visits: get(VisitOpening),
    opening: get(SessionOpening),
    closing: get(SessionClosing),
    recording: get(EventRecording),
    handlers: get(OutboxHandlers),
    drawers: get(Drawers),
    drafts: get(InvoiceDrafts),
    carts: get(Carts),
    addresses: get(Addresses),
    orderDesk: get(OrderDesk),
    properties: get(Properties),
    methods: get(AccountMethods),
  };
}

/** The whole product without HTTP, jobs and gateways, on a database of its own. */
export async function aSideEffectsRoom() {
  const database = await createTestDatabase();
  const config = loadConfig(
    {
      DATABASE_URL: database.url,
      MIGRATION_DATABASE_URL: database.ownerUrl,
      PORT: String(await freePort()),
      SANDBOX: 'on',
      SANDBOX_PORT: String(await freePort()),
      ROLE: 'api',
      LOG_LEVEL: 'silent',
      ...PATIENT_DATABASE,
      APPROVAL_LIMITS: `${CURRENCY}=${money(LIMIT)}`,
      LIMIT_PROMPTS_PER_PAYMENT: '1000',
    },
    gatewaySettings,
  );
  const app = await NestFactory.createApplicationContext(AppModule.forRoot(config), {
    logger: false,
    abortOnError: false,
  });
  const its = services(app);
  const { dataSource } = database;
  const staff2 = await aUser(dataSource, 'staff');
  const owner = await aUser(dataSource, 'owner');
  const admin = await aUser(dataSource, 'admin');
  await its.methods.create(
    admin,
    {
      method: 'bank_transfer',
      name: 'Bank transfer',
      currency: CURRENCY,
      bank_name: 'CRDB',
      account_name: 'Malipo Ltd',
      account_number: '0150001234567',
    },
    null,
  );
  const aPayable = async (kind: Kind, customer: Principal, email: string) => {
    const product = await insertRow<{ id: number }>(dataSource, 'products', {
      account_id: 1,
      name: `Drum ${randomToken(6)}`,
      currency: CURRENCY,
      price_minor: String(TOTAL / PIECES),
      stock: 3,
    });
    const placed = { product: product.id, house: null };
    if (kind === 'booking') {
      const values = { currency: CURRENCY, total_minor: String(TOTAL) };
      return { ...placed, id: (await aBooking(dataSource, customer, owner, values)).id };
    }
    if (kind === 'invoice') {
      const draft = await its.drafts.create(
        staff2,
        {
          customer: email,
          currency: CURRENCY,
          lines: [{ description: 'Dinner', quantity: 1, unit_price: money(TOTAL) }],
        },
        null,
      );
      return { ...placed, id: (await its.invoices.issue(staff2, { id: draft.id })).id };
    }
    if (kind === 'order') {
      const address = await its.addresses.create(customer, {
        recipient: 'Asha Juma',
        line1: '1 Uhuru Street',
        city: 'Dar es Salaam',
        country: 'TZ',
      });
      await its.carts.addItem(customer, product.id, PIECES);
      const wanted = { address: address.id, method: 'stripe' as const };
      return { ...placed, id: (await its.orderDesk.place(customer, wanted, null)).id };
    }
    const house = await aHouse();
    const visit = await its.visits.open(house, customer);
    if (!visit) throw new Error('no visit was opened');
    return { ...placed, house, id: visit.id };
  };
  const aHouse = async (): Promise<PropertyRow> => {
    const { id } = await insertRow<{ id: number }>(dataSource, 'properties', {
      account_id: 1,
      owner_id: owner.userId,
      kind: 'house',
      title: 'House in Mikocheni',
      city: 'Dar es Salaam',
      country: 'Tanzania',
      visit_cost_minor: String(TOTAL),
      visit_cost_currency: CURRENCY,
    });
    const house = await its.properties.find(1, { id });
    if (!house) throw new Error(`no house ${id}`);
    return house;
  };
  return {
    ...its,
    database,
    dataSource,
    staff2,
    world: async (kind: Kind): Promise<World> => {
      const email = `${randomToken(10)}@example.test`;
      const customer = await aUser(dataSource, 'customer', { email });
      const staff = await aUser(dataSource, 'staff');
      const elsewhere = await aBooking(dataSource, customer, owner, {
        currency: CURRENCY,
        total_minor: String(ELSEWHERE_TOTAL),
      });
      const payable = await aPayable(kind, customer, email);
      const drawer = await its.drawers.create(
        staff,
        { name: `Drawer ${randomToken(8)}`, currencies: [{ currency: CURRENCY }] },
        null,
      );
      const opening = [{ currency: CURRENCY, amount: money(FLOAT) }];
      await its.opening.open(staff, { drawer: drawer.id, opening }, null);
      const around = { kind, customer, email, staff, drawer: drawer.id };
      return { ...around, ...payable, elsewhere: elsewhere.id };
    },
    passDays: (): Promise<unknown> =>
      database.asOwner('UPDATE app_clock SET offset_s = offset_s + 288000'),
    close: async (): Promise<void> => {
      await app.close();
      await database.drop();
    },
  };
}
export type SideEffectsRoom = Awaited<ReturnType<typeof aSideEffectsRoom>>;
