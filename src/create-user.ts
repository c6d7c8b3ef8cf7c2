import { DataSource } from 'typeorm';
import { BootError, describeError } from './boot/boot.error.js';
import { placeOf } from './boot/database.boot.js';
import { visitDatabase } from './boot/database.visit.js';
import { readPassword } from './boot/password.input.js';
import { readUserOptions, refusals, USER_USAGE, type UserOptions } from './boot/user.options.js';
import { DomainError, randomToken, SYSTEM } from './common/index.js';
import { traceSources } from './common/stack.traces.js';
import { loadStorage, processEnvironment } from './config/index.js';
import { dataSourceOptions } from './database/index.js';
import {
  readEnrolment,
  registrationsOn,
  type EnrolledUser,
  type EnrolmentDto,
} from './identity/index.js';

/** 120 bits. */
const GENERATED_BYTES = 15;

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

async function createUser(options: UserOptions): Promise<void> {
  const wish = await checked(options);
  const storage = loadStorage(processEnvironment());
  const password = options.generatePassword
    ? randomToken(GENERATED_BYTES)
    : await readPassword(process.stdin, process.stderr);
  const user = await visitDatabase(
    storage,
    (problem, error) => say(`${problem}: ${describeError(error)}`),
    (database) => enrol(database, wish, password),
  );
  const { url } = storage.database;
  const place = url === null ? `the embedded database of ${storage.dataDir}` : placeOf(url);
  const { account } = user;
  if (user.accountCreated) say(`made the account ${account.name} (id ${account.id})`);
  say(
    `made the user ${user.username} (id ${user.id}) with the role ${user.role} in the account ` +
      `${account.name} (id ${account.id}), in ${place}`,
  );
  if (options.generatePassword) say(`password: ${password}`);
}

/** All that is wrong with the command line at once, before anybody is asked for a password. */
async function checked({ values, problems }: UserOptions): Promise<EnrolmentDto> {
  const found = [...problems];
  try {
    const wish = await readEnrolment(values);
    if (found.length === 0) return wish;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // What is missing is among the problems already.
    found.push(...refusals(error, (field) => field in values));
  }
  throw new BootError(found.join('\n'));
}

async function enrol(
  database: Parameters<typeof dataSourceOptions>[0],
  { role, account, ...newUser }: EnrolmentDto,
  password: string,
): Promise<EnrolledUser> {
  const dataSource = new DataSource({
    ...dataSourceOptions({ ...database, poolSize: 1 }, 'malipo user:create'),
    // A lost connection shows itself in what was asked of it.
    poolErrorHandler: () => undefined,
  });
  await dataSource.initialize();
  try {
    const registrations = registrationsOn(dataSource);
    return await registrations.enrol({ ...newUser, password }, role, SYSTEM, account);
  } finally {
    await dataSource.destroy();
  }
}

traceSources();
const options = readUserOptions(process.argv.slice(2));
try {
  if (options.help) say(USER_USAGE);
  else await createUser(options);
} catch (error) {
  const lines = error instanceof DomainError ? refusals(error) : [describeError(error)];
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exitCode = 1;
}
