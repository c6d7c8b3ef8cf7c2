import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { readAnchors } from './audits/index.js';
import { BootError, describeError } from './boot/boot.error.js';
import { placeOf } from './boot/database.boot.js';
import { visitDatabase } from './boot/database.visit.js';
import { traceSources } from './common/stack.traces.js';
import { loadBooks, processEnvironment } from './config/index.js';
import { dataSourceOptions } from './database/index.js';
import { type AnchorFile, type Check, NAMED_AT_MOST, verifyBooks } from './day-close/index.js';

const USAGE = [
  'usage: npm run books:verify -- [--anchor file]',
  '',
  'Verifies from outside the application, reading only: the audit trail, the anchors that were published of it,',
  'every ledger journal, every Z report and every day close. Ends with 1 and names what is broken.',
  '',
  '  --anchor file   a copy of the anchor file; AUDIT_ANCHOR_FILE, or the one under DATA_DIR, otherwise',
  '  --help          prints this',
].join('\n');

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

interface Wish {
  anchor: string | null;
  help: boolean;
}

function readWish(args: string[]): Wish {
  try {
    const { values } = parseArgs({
      args,
      options: { anchor: { type: 'string' }, help: { type: 'boolean' } },
    });
    return { anchor: values.anchor ?? null, help: values.help ?? false };
  } catch (error) {
    throw new BootError(`${describeError(error)}; see --help`);
  }
}

async function verify({ anchor }: Wish): Promise<boolean> {
  const books = loadBooks(processEnvironment());
  const path = anchor === null ? books.anchorFile : resolve(anchor);
  const file: AnchorFile = { path, log: await readAnchors(path), required: anchor !== null };
  const checks = await visitDatabase(
    books,
    (problem, error) => say(`${problem}: ${describeError(error)}`),
    (database) => verifyIn(database, file),
  );
  const { url } = books.database;
  say(url === null ? `the embedded database of ${books.dataDir}` : placeOf(url));
  for (const check of checks) report(check);
  return checks.every(({ broken }) => broken.length === 0);
}

/** Over a connection of its own, which cannot write, and may take its time. */
async function verifyIn(
  database: Parameters<typeof dataSourceOptions>[0],
  file: AnchorFile,
): Promise<Check[]> {
  const options = dataSourceOptions(
    { ...database, poolSize: 1, statementTimeoutMs: 0 },
    'malipo books:verify',
  );
  const dataSource = new DataSource({
    ...options,
    extra: {
      ...(options.extra as Record<string, unknown>),
      options: '-c TimeZone=UTC -c default_transaction_read_only=on',
    },
    // A lost connection shows itself in what was asked of it.
    poolErrorHandler: () => undefined,
  });
  await dataSource.initialize();
  try {
    return await verifyBooks(dataSource, file);
  } finally {
    await dataSource.destroy();
  }
}

function report({ name, checked, broken, notes }: Check): void {
  say(`${broken.length === 0 ? 'sound ' : 'BROKEN'}  ${name}: ${checked}`);
  for (const fault of broken.slice(0, NAMED_AT_MOST)) say(`        ${fault}`);
  if (broken.length > NAMED_AT_MOST) say(`        and ${broken.length - NAMED_AT_MOST} more`);
  for (const note of notes) say(`        (${note})`);
}

traceSources();
try {
  const wish = readWish(process.argv.slice(2));
  if (wish.help) say(USAGE);
  else if (!(await verify(wish))) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
