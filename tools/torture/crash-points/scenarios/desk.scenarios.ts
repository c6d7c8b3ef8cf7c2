import { DEMO_PASSWORD } from '../../../stack/index.js';
import { PEOPLE, type Person } from '../crash.desk.js';
import type { Scenario } from './scenario.js';

const DRAWERS = '/api/v1/cash-drawers/';
const SESSIONS = `${DRAWERS}sessions/`;
const INVOICES = '/api/v1/payments/invoices/';

/** A drawer is opened, takes cash for a booking, and is closed with its Z report. */
export const cash: Scenario = {
  name: 'cash drawer',
  acts: ['open', 'sell', 'close'],
  begin(desk, number) {
    let cashier: Person | null = null;
    let drawer = 0;
    let session = 0;
    let booking = { id: 0, uuid: '' };
    return {
      prepare: async () => {
        cashier = await desk.takeCashier();
        await desk.logIn(cashier);
        const made = await desk.done(PEOPLE.staff, {
          op: 'drawer',
          path: DRAWERS,
          key: `crash-drawer-${number}`,
          body: { name: `Till ${number}`, currencies: [{ currency: 'TZS' }] },
        });
        drawer = Number(made['id']);
        booking = await desk.aBooking('TZS', 1_200_000);
      },
      acts: [
        async () => {
          const opened = await desk.done(cashier, {
            op: 'drawer-open',
            path: SESSIONS,
            key: `crash-open-${number}`,
            body: { drawer, opening: [{ currency: 'TZS', amount: '50000.00' }] },
          });
          session = Number(opened['id']);
        },
        async () => {
          await desk.done(cashier, {
            op: 'checkout',
            path: '/api/payments/initiate/',
            key: `crash-cash-${number}`,
            request: { booking: booking.id, amount: '12000.00' },
            body: { booking_id: booking.uuid, provider: 'cash' },
          });
        },
        async () => {
          await desk.done(cashier, {
            op: 'drawer-close',
            path: `${SESSIONS}${session}/close/`,
            key: `crash-close-${number}`,
            body: { counted: [{ currency: 'TZS', amount: '62000.00' }] },
          });
          await desk.until(`the Z report of session ${session}`, async () => {
            const rows = await desk.database.rows(
              'SELECT FROM cash_z_reports WHERE session_id = $1',
              [session],
            );
            return rows.length === 1;
          });
        },
      ],
      end: () => {
        if (cashier) desk.giveBack(cashier);
      },
    };
  },
};

/** A transfer that its payer reports and somebody else approves. */
export const transfer: Scenario = {
  name: 'bank transfer',
  acts: ['report', 'approve'],
  begin(desk, number) {
    let invoice = 0;
    let payment = 0;
    return {
      prepare: async () => {
        const made = await desk.done(PEOPLE.staff, {
          op: 'invoice',
          path: INVOICES,
          key: `crash-invoice-${number}`,
          body: {
            customer: 'customer@malipo.test',
            currency: 'TZS',
            lines: [{ description: 'Laundry', quantity: 1, unit_price: '10000.00' }],
          },
        });
        invoice = Number(made['id']);
        await desk.done(PEOPLE.staff, { op: 'issue', path: `${INVOICES}${invoice}/issue/` });
      },
      acts: [
        async () => {
          const made = await desk.done(PEOPLE.customer, {
            op: 'submit',
            path: '/api/v1/billing/payments/manual/',
            key: `crash-transfer-${number}`,
            request: { invoice, amount: '10000.00' },
            body: {
              invoice_id: invoice,
              payment_method: 'bank_transfer',
              transaction_reference: `FT-CRASH-${number}`,
            },
          });
          payment = Number(made['payment_id']);
        },
        async () => {
          await desk.done(PEOPLE.staff2, {
            op: 'approve',
            path: `/api/v1/billing/payments/${payment}/approve/`,
            key: `crash-approve-${number}`,
            request: { payment },
            body: { version: 2 },
          });
          await desk.untilPayment(payment, 'completed');
        },
      ],
    };
  },
};

/** Somebody logs in. */
export const login: Scenario = {
  name: 'log-in',
  acts: ['log in'],
  begin: (desk) => ({
    prepare: async () => undefined,
    acts: [
      async () => {
        const { username } = PEOPLE.customer;
        await desk.done(null, {
          op: 'login',
          path: '/api/v1/auth/token/',
          body: { username, password: DEMO_PASSWORD },
        });
      },
    ],
  }),
};
