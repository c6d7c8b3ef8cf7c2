import {
  type Arbitrary,
  type AsyncCommand,
  asyncModelRun,
  asyncProperty,
  check,
  commands as sequencesFrom,
  constant,
  constantFrom,
  defaultReportMessage,
  nat,
  tuple,
} from 'fast-check';
import { startStack } from '../../stack/index.js';
import { booksProblems } from '../desk/books.js';
import { LoadDesk } from '../desk/load.desk.js';
import type { Scale, TortureContext, TorturePart, Verdict } from '../torture.part.js';
import { ContractModel } from './contract.model.js';
import {
  CashSale,
  CloseDrawer,
  OpenDrawer,
  Refund,
  RestartApi,
  SettleRefund,
} from './money.commands.js';
import {
  Approve,
  ApproveLate,
  Cancel,
  ChangedBody,
  Create,
  Decline,
  ForgedCallback,
  Initiate,
  LetPromptsLapse,
  RepeatCallback,
  SameKeyAgain,
  Verify,
} from './paying.commands.js';
import { RealWorld } from './real.world.js';

const SIZES: Record<Scale, { sequences: number; commands: number }> = {
  push: { sequences: 8, commands: 20 },
  ci: { sequences: 300, commands: 40 },
  night: { sequences: 3_000, commands: 60 },
  soak: { sequences: 25_000, commands: 40 },
};
/** A booking costs so many TZS. */
const TOTAL = 5_000;
/** Of what is drawn, part has no turn (an approval without a prompt): so many times more are drawn. */
const DRAWN = 3;
/** How long shorter forms of a failure are looked for: each runs against the real thing. */
const SHRINKING_MS = 90_000;

type Command = AsyncCommand<ContractModel, RealWorld>;

interface Tally {
  sequences: number;
  commands: Map<string, number>;
  failures: number;
  /** When the first failed; ms. */
  failedAt: number;
}

/** Random sequences of everything a client, a payer and an operator do, against a model of the contract. */
export const part: TorturePart = {
  name: 'model',
  backends: 'once',
  run: async (context) => {
    const stack = await startStack({
      dist: context.dist,
      backend: context.backend,
      apis: 2,
      workers: 1,
      // The clock is moved on and on, and who is logged in stays so.
      env: { JWT_ACCESS_TTL_S: '2000000000' },
    });
    const desk = new LoadDesk(stack);
    try {
      await desk.login('customer', 'staff', 'cashier');
      return await model(context, desk);
    } finally {
      await desk.close();
      await stack.stop();
    }
  },
};

async function model(context: TortureContext, desk: LoadDesk): Promise<Verdict> {
  const { sequences, commands } = SIZES[context.scale];
  const clock = { offsetS: 0 };
  const tally: Tally = { sequences: 0, commands: new Map(), failures: 0, failedAt: 0 };
  const property = asyncProperty(sequencesOf(commands * DRAWN), async (sequence) => {
    // What is left of shrinking counts as passed: enough is known by then.
    if (tally.failures > 0 && Date.now() > tally.failedAt + SHRINKING_MS) return;
    await play(desk, clock, counting(sequence, commands, tally)).catch((error: unknown) => {
      if (tally.failures === 0) {
        tally.failedAt = Date.now();
        context.say(`looking for a shorter form of: ${String(error)}`);
      }
      tally.failures += 1;
      throw error;
    });
    tally.sequences += 1;
    if (tally.sequences % 50 === 0) context.say(`${tally.sequences} sequences`);
  });
  const found = await check(property, { seed: context.seed, numRuns: sequences });
  const ends = desk.stack.supervised.flatMap(({ unexpectedEnds }) => unexpectedEnds);
  const total = [...tally.commands.values()].reduce((sum, times) => sum + times, 0);
  const failure = found.failed
    ? [`${String(found.errorInstance)}\n${defaultReportMessage(found) ?? ''}`]
    : [];
  return {
    part: 'model',
    counts: [
      { what: 'sequences', tried: found.numRuns, failures: failure.length, unit: 'sequences' },
      { what: 'commands', tried: total, failures: failure.length, unit: 'commands' },
    ],
    problems: [
      ...failure,
      ...unused(tally),
      ...ends.map(({ output }) => `a process ended by itself: ${output.slice(-800)}`),
      ...(await booksProblems(desk.database)),
    ],
    notes: [`commands ${JSON.stringify(Object.fromEntries(tally.commands))}`],
  };
}

async function play(
  desk: LoadDesk,
  clock: { offsetS: number },
  sequence: Command[],
): Promise<void> {
  const [booking] = await desk.bookings(1, TOTAL * 100);
  const real = new RealWorld(desk, Number(booking), clock);
  try {
    await asyncModelRun(() => ({ model: new ContractModel(TOTAL), real }), sequence);
  } finally {
    await real.closeDrawer();
  }
}

/** The same commands, of which at most `limit` have a turn; counts them, as one without a turn proves nothing. */
function counting(sequence: Iterable<Command>, limit: number, tally: Tally): Command[] {
  let turns = 0;
  return [...sequence].map((command) => ({
    check: (state) => turns < limit && command.check(state),
    run: (state, real) => {
      turns += 1;
      const name = /^\w+/.exec(command.toString())?.[0] ?? '';
      tally.commands.set(name, (tally.commands.get(name) ?? 0) + 1);
      return command.run(state, real);
    },
    toString: () => command.toString(),
  }));
}

/** A command that never came to pass, over more than a few sequences, is a hole in the net. */
function unused({ commands, sequences, failures }: Tally): string[] {
  if (failures > 0 || sequences < 100) return [];
  const names = [
    Create,
    SameKeyAgain,
    ChangedBody,
    Initiate,
    Approve,
    Decline,
    ApproveLate,
    LetPromptsLapse,
    RepeatCallback,
    ForgedCallback,
    Verify,
    Cancel,
    Refund,
    SettleRefund,
    OpenDrawer,
    CloseDrawer,
    CashSale,
    RestartApi,
  ].map(({ name }) => name);
  return names.filter((name) => !commands.has(name)).map((name) => `${name} was never run`);
}

function sequencesOf(maxCommands: number): Arbitrary<Iterable<Command>> {
  const which = nat(5);
  const amount = constantFrom(500, 1_000, 1_500, 2_500, 5_000, 6_000);
  const often = (arbitrary: Arbitrary<Command>, times: number): Arbitrary<Command>[] =>
    Array.from({ length: times }, () => arbitrary);
  const of = (make: new (index: number) => Command): Arbitrary<Command> =>
    which.map((index) => new make(index));
  return sequencesFrom(
    [
      ...often(
        amount.map((one) => new Create(one)),
        6,
      ),
      ...often(of(Initiate), 9),
      ...often(of(Approve), 6),
      ...often(of(Decline), 4),
      ...often(of(Verify), 3),
      ...often(of(RepeatCallback), 3),
      ...often(of(ForgedCallback), 2),
      ...often(of(Cancel), 3),
      ...often(
        tuple(which, constantFrom(0, 300, 700, 2_500)).map(
          ([index, part]) => new Refund(index, part),
        ),
        6,
      ),
      ...often(of(SettleRefund), 6),
      ...often(
        amount.map((one) => new CashSale(one)),
        4,
      ),
      ...often(constant(new OpenDrawer()), 3),
      constant(new CloseDrawer()),
      ...often(constant(new SameKeyAgain()), 2),
      ...often(constant(new ChangedBody()), 2),
      constant(new LetPromptsLapse()),
      of(ApproveLate),
      // Takes seconds, so it is rare.
      nat(11).chain((dice) => (dice === 0 ? of(RestartApi) : of(Verify))),
    ],
    { maxCommands, size: 'max' },
  );
}
