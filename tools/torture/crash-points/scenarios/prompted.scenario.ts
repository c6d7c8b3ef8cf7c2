import { PEOPLE, type CrashDesk } from '../crash.desk.js';
import type { Scenario } from './scenario.js';

const PAYMENTS = '/api/v1/payments/payments/';

/** Attempts that are over: the payer may be prompted anew. */
const OVER = ['failed', 'cancelled', 'expired'];

/** A booking paid on the phone through AzamPay, whose signed callback settles it and brings a mail. */
export const prompted: Scenario = {
  name: 'AzamPay prompt',
  acts: ['create', 'prompt', 'approve'],
  begin(desk, number) {
    let booking = 0;
    let payment = 0;
    let prompt = '';
    return {
      prepare: async () => {
        booking = (await desk.aBooking('TZS', 5_000_000)).id;
      },
      acts: [
        async () => {
          const made = await desk.done(PEOPLE.customer, {
            op: 'create',
            path: PAYMENTS,
            key: `crash-create-${number}`,
            request: { booking, amount: '50000.00' },
            body: {
              booking,
              amount: '50000.00',
              payment_method: 'mobile_money',
              mobile_money_provider: 'AIRTEL',
            },
          });
          payment = Number(made['id']);
        },
        async () => {
          prompt = await promptPayer(desk, payment, number);
        },
        async () => {
          await desk.sandbox('POST', `/api/prompts/${prompt}/approve`);
          await desk.until(`payment ${payment} to be completed`, async () => {
            await notifyAgain(desk, prompt);
            return (await desk.paymentStatus(payment)) === 'completed';
          });
          await untilMailed(desk, payment);
        },
      ],
    };
  },
};

/** Asks for a prompt until one rings; answers its id at the gateway. */
export async function promptPayer(
  desk: CrashDesk,
  payment: number,
  number: number,
): Promise<string> {
  for (let turn = 1; ; turn += 1) {
    const { status, text } = await desk.ask(PEOPLE.customer, {
      op: 'initiate',
      path: `${PAYMENTS}${payment}/initiate-gateway/`,
      key: `crash-initiate-${number}-${turn}`,
      request: { payment },
    });
    if (status >= 400 && status !== 409)
      throw new Error(`initiate was answered ${status}: ${text}`);
    const rang = await desk.until(`the prompt of payment ${payment}`, async () => {
      const references = await desk.referencesOf(payment);
      const found = (await desk.atGateways('/api/prompts')).find(({ reference }) =>
        references.includes(reference),
      );
      if (found) return found.id;
      const { id, status = 'failed' } = await lastAttempt(desk, payment);
      if (status === 'unknown') await callFailed(desk, Number(id));
      return OVER.includes(String(status)) ? 'none' : null;
    });
    if (rang !== 'none') return rang;
  }
}

/**
 * Nothing rang long after the call, and this gateway cannot be asked: two people who looked there say that it
 * failed. Whatever they are answered, the attempt is looked at again.
 */
async function callFailed(desk: CrashDesk, attempt: number): Promise<void> {
  for (const person of [PEOPLE.staff, PEOPLE.staff2]) {
    await desk.ask(person, {
      op: 'resolve',
      path: `/api/v1/payments/transactions/${attempt}/resolve/`,
      key: `crash-resolve-${attempt}-${person.user}`,
      request: { transaction: attempt },
      body: {
        outcome: 'failed',
        evidence: "The gateway's list of orders, looked through by reference",
        reason: 'The gateway never got the order',
      },
    });
  }
}

export async function lastAttempt(
  desk: CrashDesk,
  payment: number,
): Promise<Record<string, unknown>> {
  const [row] = await desk.database.rows(
    'SELECT * FROM payment_transactions WHERE payment_id = $1 ORDER BY id DESC LIMIT 1',
    [payment],
  );
  return row ?? {};
}

export async function untilMailed(desk: CrashDesk, payment: number): Promise<void> {
  await desk.until(`the mail about payment ${payment}`, async () => {
    const rows = await desk.database.rows('SELECT FROM sent_mails WHERE payment_id = $1', [
      payment,
    ]);
    return rows.length > 0;
  });
}

/** Gateways repeat what nobody answered; this one cannot be asked before it gave its own number. */
async function notifyAgain(desk: CrashDesk, prompt: string): Promise<void> {
  const { callbacks = [] } =
    (await desk.atGateways('/api/prompts')).find(({ id }) => id === prompt) ?? {};
  const last = callbacks.at(-1);
  if (!last || (last.status !== null && last.status < 500)) return;
  await desk.sandbox('POST', `/api/prompts/${prompt}/callback`).catch(() => undefined);
}
