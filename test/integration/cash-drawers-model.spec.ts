import * as fc from 'fast-check';
import type { DrawerRow, SessionRow } from '../../src/cash-drawers/cash.types.js';
import type { RecordEventDto } from '../../src/cash-drawers/events/event-requests.dto.js';
import { type DomainError, formatMinor, type Principal } from '../../src/common/index.js';
import { expectDrawersToAgree } from '../support/books.js';
import { aCashRoom, type CashRoom } from '../support/cash-room.js';

const HOLDING = 30_000;
const VARIANCE = 500;

type Each<Kind extends string, More> = Kind extends string ? { kind: Kind } & More : never;

/** What people may try, in any order; amounts in minor units. */
type Act =
  | Each<'open' | 'sell' | 'refund', { minor: number }>
  | Each<'pay_in' | 'pay_out' | 'drop_to_safe' | 'bank_deposit', { minor: number }>
  | { kind: 'adjustment'; minor: number; direction: 'in' | 'out' }
  | Each<'count' | 'close', { off: number }>
  | Each<'no_sale' | 'review', unknown>;

const minor = fc.integer({ min: 1, max: 20_000 });
const off = fc.oneof(fc.constant(0), fc.integer({ min: -800, max: 800 }));
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('open' as const), minor }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('sell' as const), minor }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('refund' as const), minor }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('pay_in', 'pay_out', 'drop_to_safe', 'bank_deposit'),
      minor,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('adjustment' as const),
      minor,
      direction: fc.constantFrom('in', 'out'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('count' as const), off }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('close' as const), off }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('no_sale', 'review') }) },
);

/** A drawer as one would keep it on paper. */
interface Paper {
  status: 'none' | 'open' | 'counting' | 'closed' | 'reviewed';
  number: number;
  balance: number;
  /** What the last close left; null before the first. */
  left: number | null;
  missing: number;
  counted: number;
  pending: boolean;
}

/** Each act on paper: the code it must be refused with, or null with the paper changed. */
function onPaper(paper: Paper, wanted: Act): string | null {
  const inUse = paper.status === 'open' || paper.status === 'counting';
  if (wanted.kind === 'open') {
    if (inUse) return 'drawer_in_use';
    if (paper.pending) return 'drawer_review_pending';
    paper.missing = Math.max(0, (paper.left ?? 0) - wanted.minor);
    Object.assign(paper, { status: 'open', number: paper.number + 1, balance: wanted.minor });
    return null;
  }
  if (wanted.kind === 'review') {
    if (paper.status === 'reviewed') return 'drawer_session_reviewed';
    if (paper.status !== 'closed') return 'drawer_session_not_closed';
    Object.assign(paper, { status: 'reviewed', pending: false });
    return null;
  }
  if (wanted.kind === 'count' || wanted.kind === 'close') {
    if (!inUse) return 'drawer_session_closed';
    paper.counted = Math.max(0, paper.balance + wanted.off);
    paper.status = 'counting';
    if (wanted.kind === 'close') closeOnPaper(paper);
    return null;
  }
  if (!inUse)
    return ['sell', 'refund'].includes(wanted.kind)
      ? 'no_open_drawer_session'
      : 'drawer_session_closed';
  if (paper.status === 'counting') return 'drawer_session_counting';
  if (wanted.kind === 'no_sale') return null;
  return moveOnPaper(paper, wanted);
}

function closeOnPaper(paper: Paper): void {
  const variance = Math.abs(paper.counted - paper.balance);
  paper.pending = variance > VARIANCE || paper.missing > VARIANCE;
  paper.status = 'closed';
  paper.left = paper.counted;
}

function moveOnPaper(paper: Paper, wanted: Extract<Act, { minor: number }>): string | null {
  const into =
    wanted.kind === 'adjustment'
      ? wanted.direction === 'in'
      : wanted.kind === 'sell' || wanted.kind === 'pay_in';
  if (into && wanted.kind !== 'adjustment' && paper.balance >= HOLDING) {
    return 'holding_limit_reached';
  }
  if (!into && paper.balance < wanted.minor) return 'not_enough_cash';
  paper.balance += into ? wanted.minor : -wanted.minor;
  return null;
}

/** Whatever people do at a drawer, in whatever order, it and its books stay what they would be on paper. */
describe('any order of acts at a cash drawer', () => {
  let room: CashRoom;
  beforeAll(async () => {
    room = await aCashRoom();
  });
  afterAll(() => room.database.drop());

  const money = (value: number): string => formatMinor(value, 'TZS');

  const really = async (
    cashier: Principal,
    drawer: DrawerRow,
    session: SessionRow | null,
    counted: number,
    wanted: Act,
  ): Promise<SessionRow | null> => {
    if (wanted.kind === 'open') return room.open(cashier, drawer, money(wanted.minor));
    if (wanted.kind === 'sell') await room.sell(cashier, money(wanted.minor));
    else if (wanted.kind === 'refund') await room.giveBack(cashier, money(wanted.minor));
    else if (!session) throw new Error('nothing was opened yet');
    else if (wanted.kind === 'review') {
      return room.reviews.review(room.staff, { id: session.id }, '', null);
    } else if (wanted.kind === 'count') {
      const amounts = [{ currency: 'TZS', amount: money(counted) }];
      return room.counting.count(cashier, { id: session.id }, amounts);
    } else if (wanted.kind === 'close') return room.close(cashier, session, money(counted));
    else await room.record(room.staff, session, eventOf(wanted));
    return session;
  };

  const eventOf = (wanted: Exclude<Act, { off: number }>): RecordEventDto => ({
    type: wanted.kind as RecordEventDto['type'],
    currency: 'TZS',
    reason: 'because',
    ...('minor' in wanted ? { amount: money(wanted.minor) } : {}),
    ...('direction' in wanted ? { direction: wanted.direction } : {}),
  });

  it('ends as on paper', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), async (acts) => {
        const cashier = await room.aCashier();
        const drawer = await room.aDrawer([
          { currency: 'TZS', holding_limit: money(HOLDING), variance_limit: money(VARIANCE) },
        ]);
        const paper: Paper = {
          status: 'none',
          number: 0,
          balance: 0,
          left: null,
          missing: 0,
          counted: 0,
          pending: false,
        };
        let session: SessionRow | null = null;
        for (const wanted of acts) {
          if (paper.status === 'none' && wanted.kind !== 'open') continue;
          const code = onPaper(paper, wanted);
          const before: SessionRow | null = session;
          const answer: { session: SessionRow | null; code: string | null } = await really(
            cashier,
            drawer,
            before,
            paper.counted,
            wanted,
          ).then(
            (after) => ({ session: after, code: null }),
            (error: DomainError) => ({ session: before, code: error.code }),
          );
          expect({ wanted, code: answer.code }).toEqual({ wanted, code });
          ({ session } = answer);
          await expectDrawersToAgree(room.dataSource);
        }
        if (!session) return;
        const [row] = await room.rows<Record<string, unknown>>(
          `SELECT s.number, s.status, s.status = 'closed' AND s.review_required AS pending,
             c.balance_minor::int AS balance
           FROM cash_sessions s JOIN cash_session_currencies c ON c.session_id = s.id
           WHERE s.id = $1`,
          [session.id],
        );
        const { number, status, pending, balance } = paper;
        expect(row).toEqual({ number, status, pending, balance });
        const held = BigInt(
          status === 'reviewed' || (status === 'closed' && !pending) ? (paper.left ?? 0) : balance,
        );
        expect(await room.balance(`drawer:${drawer.id}`)).toBe(held);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  }, 120_000);
});
