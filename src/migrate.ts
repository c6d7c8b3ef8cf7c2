import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BootError, describeError } from './boot/boot.error.js';
import { openDatabase, reach, type OpenStorage } from './boot/database.boot.js';
import { Teardown } from './boot/teardown.js';
import { traceSources } from './common/stack.traces.js';
import { loadStorage, processEnvironment } from './config/index.js';
import { APP_ROLE, migrate, MIGRATIONS, pendingMigrations } from './database/index.js';

const USAGE = 'usage: migrate run | show | create <verb-object>';

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

/** Brings the schema up to date, with the rights of the role in DATABASE_URL. */
async function run(
  { database: { url, migrationUrl } }: OpenStorage,
  embedded: boolean,
): Promise<void> {
  const appRole = embedded ? APP_ROLE : decodeURIComponent(new URL(url).username);
  const applied = await reach(migrationUrl, 'MIGRATION_DATABASE_URL', () =>
    migrate({ ownerUrl: migrationUrl, appRole }),
  );
  for (const name of applied) say(`applied ${name}`);
  say('the schema is up to date');
}

async function show({ database: { migrationUrl } }: OpenStorage): Promise<void> {
  const pending = await reach(migrationUrl, 'MIGRATION_DATABASE_URL', () =>
    pendingMigrations(migrationUrl),
  );
  for (const { name } of MIGRATIONS) say(`${pending.includes(name) ? '[ ]' : '[x]'} ${name}`);
  const other = pending.filter((name) => !MIGRATIONS.some((migration) => migration.name === name));
  for (const name of other) say(`[ ] ${name}`);
}

/** Writes an empty migration; which classes run, in which order, `src/database/migrations.ts` says. */
async function create(name: string): Promise<void> {
  if (!/^[a-z]+(-[a-z0-9]+)+$/.test(name)) {
    throw new BootError(`"${name}" is no name; use verb-object in kebab-case, e.g. add-refunds`);
  }
  const words = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const stamp = Date.now();
  const file = join('migrations', `${stamp}-${name}.ts`);
  const className = `${words.join('')}${stamp}`;
  const source = `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${className} implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(\`\`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(\`\`);
  }
}
`;
  await writeFile(file, source, { flag: 'wx' });
  say(`wrote ${file}; add ${className} to MIGRATIONS in src/database/migrations.ts`);
}

async function withDatabase(work: (config: OpenStorage, embedded: boolean) => Promise<void>) {
  const teardown = new Teardown((problem, error) => say(`${problem}: ${describeError(error)}`));
  try {
    const config = loadStorage(processEnvironment());
    await work(await openDatabase(config, teardown), config.database.url === null);
  } finally {
    await teardown.run();
  }
}

traceSources();
const [command, name = ''] = process.argv.slice(2);
try {
  if (command === 'run') await withDatabase(run);
  else if (command === 'show') await withDatabase(show);
  else if (command === 'create') await create(name);
  else throw new BootError(USAGE);
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
