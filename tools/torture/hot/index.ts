import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { startStack } from '../../stack/index.js';
import { booksProblems } from '../desk/books.js';
import { LoadDesk, PAYMENTS } from '../desk/load.desk.js';
import { SeededRandom } from '../desk/seeded.random.js';
import type { Scale, TortureContext, TorturePart, Verdict } from '../torture.part.js';
import { HotClient, type HotPayment, type Recorder } from './hot.client.js';
import { detailsOf, evidenceOf } from './hot.evidence.js';
import { finalProblems, sightingProblems } from './hot.judge.js';

const OPERATIONS: Record<Scale, number> = {
  push: 3_000,
  ci: 40_000,
  night: 400_000,
  soak: 1_000_000,
};
const CLIENTS = 8;
const PAYMENTS_AT_ONCE = 10;
/** After so many operations their payments have come to an end, and new ones get hot. */
const PER_ROUND = 600;
/** Minor units of TZS: of each booking the whole is paid by one payment. */
const TOTAL_MINOR = 500_000;

/** Few payments, many clients: what everybody did at once must be as if they had done it in turn. */
export const part: TorturePart = {
  name: 'hot',
  backends: 'each',
  run: async (context) => {
    const stack = await startStack({
      dist: context.dist,
      backend: context.backend,
      apis: 2,
      workers: 1,
    });
    const desk = new LoadDesk(stack);
    try {
      await desk.login('customer', 'staff');
      return await hot(context, desk);
    } finally {
      await desk.close();
      await stack.stop();
    }
  },
};

async function hot(context: TortureContext, desk: LoadDesk): Promise<Verdict> {
  const history = createWriteStream(join(context.folder, 'history.jsonl'));
  const record: Recorder = (line) =>
    void history.write(`${JSON.stringify({ t: Date.now(), ...line })}\n`);
  const total = { operations: 0, payments: 0, failures: 0, sightings: 0 };
  const states: Record<string, number> = {};
  const problems: string[] = [];
  for (let round = 0; total.operations < OPERATIONS[context.scale]; round += 1) {
    const payments = await hotPayments(desk);
    const clients = Array.from(
      { length: CLIENTS },
      (_, number) =>
        new HotClient(number, desk, new SeededRandom(context.seed, round, number), record),
    );
    await operate(clients, payments);
    total.operations += PER_ROUND;
    const sightings = clients.flatMap((client) => client.sightings);
    total.sightings += sightings.length;
    problems.push(...clients.flatMap(({ oddAnswers }) => oddAnswers));
    for (const row of await evidenceOf(desk, payments)) {
      const seen = sightings.filter(({ payment }) => payment === row.id);
      const wrong = [...sightingProblems(seen), ...finalProblems(row)];
      total.payments += 1;
      states[row.status] = (states[row.status] ?? 0) + 1;
      if (wrong.length > 0) {
        total.failures += 1;
        wrong.push(await detailsOf(desk, row.id));
      }
      problems.push(...wrong.map((what) => `payment ${row.id} of round ${round}: ${what}`));
    }
    if (round % 10 === 9) context.say(`${total.operations} operations`);
  }
  await new Promise((resolve) => history.end(resolve));
  const ends = desk.stack.supervised.flatMap(({ unexpectedEnds }) => unexpectedEnds);
  return {
    part: 'hot',
    counts: [
      { what: 'hot payments', tried: total.payments, failures: total.failures, unit: 'payments' },
      {
        what: 'operations on them',
        tried: total.operations,
        failures: problems.length,
        unit: 'operations',
      },
    ],
    problems: [
      ...problems,
      ...ends.map(({ output }) => `a process ended by itself: ${output.slice(-800)}`),
      ...(await booksProblems(desk.database)),
    ],
    notes: [
      `${CLIENTS} clients on ${PAYMENTS_AT_ONCE} payments at a time; ${total.sightings} answers that show one`,
      `they ended ${JSON.stringify(states)}; history in ${join(context.folder, 'history.jsonl')}`,
    ],
  };
}

async function hotPayments(desk: LoadDesk): Promise<HotPayment[]> {
  const bookings = await desk.bookings(PAYMENTS_AT_ONCE, TOTAL_MINOR);
  return Promise.all(
    bookings.map(async (booking) => {
      const made = await desk.ask('customer', 'POST', PAYMENTS, {
        booking,
        amount: '5000.00',
        payment_method: 'mobile_money',
        mobile_money_provider: 'AIRTEL',
      });
      const id = Number(made['id']);
      return { id, references: [], refunds: [], versions: [1], refundsAnswered: 0 };
    }),
  );
}

async function operate(
  clients: readonly HotClient[],
  payments: readonly HotPayment[],
): Promise<void> {
  let left = PER_ROUND;
  await Promise.all(
    clients.map(async (client) => {
      while (left > 0) {
        left -= 1;
        await client.act(payments);
      }
    }),
  );
}
