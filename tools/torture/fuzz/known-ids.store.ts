import type { Route } from '../desk/openapi.document.js';
import type { SeededRandom } from '../desk/seeded.random.js';
import { isRecord, type KnownIds } from './value.maker.js';

/** Of each folder so many ids are remembered; a new one takes the place of any. */
const KEPT = 48;
const DEMO: Readonly<Record<string, readonly string[]>> = {
  bookings: ['123', 'f367ddf9-f2ff-4de2-b929-0e0942ace93b'],
  properties: ['123', '124'],
  orders: ['1', '2', '3'],
  addresses: ['1'],
  invoices: ['1', '2'],
  'cash-drawers': ['1'],
  payments: ['1', '2', '3'],
};

/** Objects that answers told of, so that later requests get past "not found". */
export class KnownIdsStore implements KnownIds {
  private readonly ids = new Map<string, string[]>(
    Object.entries(DEMO).map(([folder, ids]) => [folder, [...ids]]),
  );

  constructor(private readonly random: SeededRandom) {}

  idsOf(folder: string): readonly string[] {
    return this.ids.get(folder) ?? [];
  }

  /** Takes the ids out of a successful answer of this route. */
  learn(route: Route, text: string): void {
    if (!text.startsWith('{')) return;
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      return;
    }
    if (!isRecord(body)) return;
    const folder = folderOf(route.path);
    const rows: unknown[] = Array.isArray(body['results']) ? body['results'].slice(0, 5) : [body];
    for (const row of rows) {
      if (!isRecord(row)) continue;
      this.keep(folder, row['id']);
      this.keep(folder, row['uuid']);
      this.keep('transactions', row['transaction_id']);
      this.keep('payments', row['payment_id']);
    }
  }

  private keep(folder: string, id: unknown): void {
    if (typeof id !== 'number' && typeof id !== 'string') return;
    const text = String(id);
    if (!/^[\w-]{1,40}$/.test(text)) return;
    const known = this.ids.get(folder) ?? [];
    if (known.includes(text)) return;
    if (known.length < KEPT) known.push(text);
    else known[this.random.int(KEPT)] = text;
    this.ids.set(folder, known);
  }
}

/** The last part of a path that is no parameter: what its answers are about. */
function folderOf(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && !part.startsWith('{'));
  return parts.at(-1) ?? '';
}
