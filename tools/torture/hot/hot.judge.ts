import { EDGES, reachable } from './payment.edges.js';

/** A payment as one answer showed it. Times are ms of one clock. */
export interface Sighting {
  payment: number;
  client: number;
  op: string;
  invokedAt: number;
  answeredAt: number;
  version: number;
  status: string;
  /** What the answer says of money, as text. */
  money: string;
  /** The version that a successful change named. */
  named?: number;
}

/** What the database says of a payment when everything is over. Amounts are minor units. */
export interface FinalRow {
  id: number;
  status: string;
  version: number;
  amount: number;
  applied: number;
  excess: number;
  refunded: number;
  moved: number;
  /** Completed attempts that count, and those that are flagged as paid too much. */
  captured: number;
  capturedTwice: number;
  /** What the refunds add up to: completed ones, and all but the failed. */
  refundsDone: number;
  refundsReserved: number;
  /** Refunds there are, and successful answers that made one. */
  refunds: number;
  refundsAnswered: number;
  /** Approved prompts on the phone, and those of them that a completed attempt stands for. */
  approved: number;
  approvedHere: number;
  /** The trail's changes of status, oldest first. */
  trail: [from: string, to: string][];
}

const PAID = new Set(['completed', 'partially_refunded', 'refunded']);

/** What cannot have happened one after the other, judged from what clients saw. */
export function sightingProblems(sightings: readonly Sighting[]): string[] {
  const problems: string[] = [];
  const byVersion = new Map<number, Sighting>();
  const changedFrom = new Map<number, Sighting>();
  for (const seen of sightings) {
    const before = byVersion.get(seen.version);
    if (before && (before.status !== seen.status || before.money !== seen.money)) {
      problems.push(`version ${seen.version} was seen as ${textOf(before)} and as ${textOf(seen)}`);
    }
    byVersion.set(seen.version, before ?? seen);
    if (seen.named === undefined) continue;
    const other = changedFrom.get(seen.named);
    if (other) problems.push(`two changes of version ${seen.named} succeeded`);
    changedFrom.set(seen.named, seen);
  }
  problems.push(...backwards(sightings));
  const ordered = [...byVersion.values()].toSorted((a, b) => a.version - b.version);
  ordered.slice(1).forEach((seen, at) => {
    const from = ordered[at]?.status ?? '';
    if (from === seen.status || reachable(from, seen.status)) return;
    problems.push(`${from} became ${seen.status} at version ${seen.version}`);
  });
  return problems;
}

/** Whoever asks after an answer has come must not be shown an older version than that answer. */
function backwards(sightings: readonly Sighting[]): string[] {
  const answers = sightings.toSorted((a, b) => a.answeredAt - b.answeredAt);
  const asks = sightings.toSorted((a, b) => a.invokedAt - b.invokedAt);
  const problems: string[] = [];
  let known: Sighting | undefined;
  let next = 0;
  for (const ask of asks) {
    for (
      let answer = answers[next];
      answer && answer.answeredAt < ask.invokedAt;
      answer = answers[next]
    ) {
      if (!known || answer.version > known.version) known = answer;
      next += 1;
    }
    if (known && ask.version < known.version) {
      problems.push(
        `${ask.op} showed version ${ask.version} after ${known.op} had shown ${known.version}`,
      );
    }
  }
  return problems;
}

/** What is wrong with a payment when everything is over. */
export function finalProblems(row: FinalRow): string[] {
  const problems: string[] = [];
  const must = (right: boolean, what: string): void => {
    if (!right) problems.push(`${what}: ${JSON.stringify({ ...row, trail: row.trail.length })}`);
  };
  const paid = PAID.has(row.status);
  const placed = row.applied + row.excess + row.refunded + row.moved;
  must(placed === (paid ? row.amount : 0), 'its money is not in exactly one place');
  must(row.captured === (paid ? row.amount : 0), 'the attempts that count are not its amount');
  must(row.refunded === row.refundsDone, 'what is refunded is not what its refunds say');
  must(row.refundsReserved <= row.captured, 'more is refunded than was captured');
  must(row.refunds === row.refundsAnswered, 'there are other refunds than clients were told of');
  must(
    row.approved === row.approvedHere,
    'the payer’s approvals and its completed attempts differ',
  );
  problems.push(...trailProblems(row));
  return problems;
}

function trailProblems({ trail, status }: FinalRow): string[] {
  const problems: string[] = [];
  let current = 'pending';
  for (const [from, to] of trail) {
    if (from !== current) problems.push(`the trail goes on from ${from}, it was ${current}`);
    if (!EDGES[from]?.includes(to)) problems.push(`${from} became ${to}`);
    current = to;
  }
  if (current !== status) problems.push(`the trail ends in ${current}, the payment is ${status}`);
  return problems;
}

function textOf({ status, money, op, client }: Sighting): string {
  return `${status} ${money} (${op} of client ${client})`;
}
