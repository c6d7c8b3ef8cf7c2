import type { Answer } from '../../stack/index.js';
import {
  type AccessDesk,
  type Caller,
  CALLERS,
  FOREIGNERS,
  type Foreigner,
} from './access.desk.js';
import type { AccessRow, Target } from './access.row.js';

const PARAMETER = /\{[a-z_]+\}/g;
const ABSENT_ID = '999999999';
const ABSENT = [ABSENT_ID, '00000000-0000-4000-8000-000000000000', '0', 'nonsense'] as const;

interface Count {
  tried: number;
  failures: number;
}

/** Sends each row's request as everybody, and compares what foreign and absent objects are answered. */
export class AccessMatrix {
  readonly problems: string[] = [];
  readonly counts = {
    own: { tried: 0, failures: 0 },
    foreign: { tried: 0, failures: 0 },
    absent: { tried: 0, failures: 0 },
  };

  constructor(private readonly desk: AccessDesk) {}

  async tryAll(rows: readonly AccessRow[]): Promise<void> {
    for (const row of rows) await this.try(row);
  }

  private async try(row: AccessRow): Promise<void> {
    try {
      const target = await this.own(row);
      await this.foreign(row, target);
      await this.absent(row, target);
    } catch (error) {
      this.problems.push(`${row.route}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /**
   * Those who are refused come first, with one object for all of them: had one of them got through, the next
   * who may would be answered otherwise. Answers the last target.
   */
  private async own(row: AccessRow): Promise<Target> {
    const reads = row.method === 'GET';
    const refused = CALLERS.filter((caller) => row.statuses[caller] >= 400);
    const others = CALLERS.filter((caller) => row.statuses[caller] < 400);
    let target = await row.make(this.desk, row.template);
    let fresh = true;
    for (const caller of [...refused, ...others]) {
      if (!fresh && !reads) target = await row.make(this.desk, row.template);
      const { status, text } = await this.desk.send(caller, row.method, target.path, target.body);
      const expected = row.statuses[caller];
      const right = status === expected;
      // An object that was acted on is used up.
      fresh = status >= 400;
      tally(this.counts.own, right);
      if (right) continue;
      this.problems.push(
        `${row.route} as ${caller}: ${status} instead of ${expected}: ${text.slice(0, 300)}`,
      );
    }
    return fresh || reads ? target : row.make(this.desk, row.template);
  }

  /** Everybody of account 2 about an object of account 1: refused, and as if it were not there. */
  private async foreign(row: AccessRow, target: Target): Promise<void> {
    if (!row.template.includes('{') && row.refs.length === 0) return;
    for (const caller of ['outsider', ...FOREIGNERS] as (Caller | Foreigner)[]) {
      const answer = await this.desk.send(caller, row.method, target.path, target.body);
      const absent = await this.desk.send(caller, row.method, ...absentOf(row, target));
      const same = answer.status === absent.status && contentOf(answer) === contentOf(absent);
      const refused = answer.status >= 400 && answer.status < 500;
      tally(this.counts.foreign, same && refused);
      if (!refused)
        this.problems.push(
          `${row.route} as ${caller}: ${answer.status} for another account’s object`,
        );
      if (same) continue;
      this.problems.push(
        `${row.route} as ${caller} tells what is another account’s from what does not exist: ` +
          `${answer.status} ${answer.text.slice(0, 200)} | ${absent.status} ${absent.text.slice(0, 200)}`,
      );
    }
  }

  /** Nobody gets anything of what does not exist, whatever the id looks like. */
  private async absent(row: AccessRow, target: Target): Promise<void> {
    if (!row.template.includes('{')) return;
    for (const caller of CALLERS) {
      for (const id of ABSENT) {
        const path = row.template.replaceAll(PARAMETER, id);
        const { status } = await this.desk.send(caller, row.method, path, target.body);
        const right =
          caller === 'nobody' ? status === row.statuses.nobody : status === 403 || status === 404;
        tally(this.counts.absent, right);
        if (!right) this.problems.push(`${row.route} as ${caller} for the id ${id}: ${status}`);
      }
    }
  }
}

function tally(count: Count, right: boolean): void {
  count.tried += 1;
  if (!right) count.failures += 1;
}

/** The same request about an object that there is not. */
function absentOf(row: AccessRow, target: Target): [path: string, body: unknown] {
  const path = row.template.replaceAll(PARAMETER, ABSENT_ID);
  if (row.refs.length === 0 || typeof target.body !== 'object') return [path, target.body];
  const body = { ...target.body } as Record<string, unknown>;
  for (const name of row.refs) if (body[name] !== undefined) body[name] = Number(ABSENT_ID);
  return [path, body];
}

/** The body without what differs between any two requests. */
export function contentOf({ body, text }: Pick<Answer, 'body' | 'text'>): string {
  if (typeof body !== 'object' || body === null) return text;
  return JSON.stringify({ ...body, request_id: undefined });
}
