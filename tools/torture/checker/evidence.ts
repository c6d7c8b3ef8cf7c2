import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { moment, type Row } from './cells.js';
import type { RunFile } from './evidence.types.js';
import { GatewayFacts } from './gateway.facts.js';
import { HistoryFacts } from './history.facts.js';
import { Tables } from './tables.js';

/** A run folder, read as far as the judgements need it. */
export class Evidence {
  private constructor(
    readonly run: RunFile,
    readonly history: HistoryFacts,
    readonly gateway: GatewayFacts,
    readonly tables: Tables,
  ) {}

  /** @throws Error when there is no `run.json`, or a line that cannot be read. */
  static async read(folder: string): Promise<Evidence> {
    const run = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunFile;
    if (typeof run.startedAt !== 'number' || typeof run.collectedAt !== 'number') {
      throw new Error(`${folder}/run.json does not say when the run started and was collected`);
    }
    return new Evidence(
      run,
      await HistoryFacts.read(folder),
      await GatewayFacts.read(folder),
      new Tables(folder),
    );
  }

  /** Whether the run made this row; what was there before is nobody's business. */
  ofRun(row: Row): boolean {
    return (moment(row, 'created_at') ?? 0) >= this.run.startedAt;
  }

  /** When the tables were read, by the clock that due times follow (ms). */
  get readAt(): number {
    return this.run.collectedAt + (this.run.clockOffsetS ?? 0) * 1000;
  }
}
