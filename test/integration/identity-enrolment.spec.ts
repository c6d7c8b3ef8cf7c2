import { SYSTEM, type Actor, type Role } from '../../src/common/index.js';
import { readEnrolment, registrationsOn, type NewUser } from '../../src/identity/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait.js';

const PASSWORD = 'karibu-zanzibar';

interface Entry {
  account_id: number;
  actor_label: string;
  action: string;
  object_id: string;
  changes: Record<string, unknown>;
}

/** What an operator does, on a real PostgreSQL as the application's role. */
describe('enrolment', () => {
  let database: TestDatabase;
  let people = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database?.drop());

  const rows = <Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> =>
    database.dataSource.query(sql, parameters);
  const somebody = (more: Partial<NewUser> = {}): NewUser => ({
    email: `person-${(people += 1)}@example.test`,
    password: PASSWORD,
    ...more,
  });
  const enrol = (
    account?: string,
    more: Partial<NewUser> = {},
    role: Role = 'admin',
    actor: Actor = SYSTEM,
  ) => registrationsOn(database.dataSource).enrol(somebody(more), role, actor, account);
  const trail = (accountId: number): Promise<Entry[]> =>
    rows(
      `SELECT account_id, actor_label, action, object_id, changes FROM audit_entries
       WHERE account_id = $1 ORDER BY id`,
      [accountId],
    );
  const accountsLike = (name: string): Promise<{ id: number; name: string }[]> =>
    rows(`SELECT id, name FROM accounts WHERE lower(name) = lower($1)`, [name]);

  it('is in the default account unless one is named', async () => {
    const user = await enrol(undefined, { phone: '0653 294 241', name: 'Rehema Said' });
    expect(user).toMatchObject({
      role: 'admin',
      name: 'Rehema Said',
      phone: '255653294241',
      account: { id: 1, name: 'Main' },
      accountCreated: false,
    });
    expect((await trail(1)).at(-1)).toEqual({
      account_id: 1,
      actor_label: 'system',
      action: 'user.registered',
      object_id: String(user.id),
      changes: { username: user.username, role: 'admin' },
    });
  });

  it('makes the account that is named, once, and writes both into its trail', async () => {
    const first = await enrol('Zanzibar Town');
    expect(first).toMatchObject({ account: { name: 'Zanzibar Town' }, accountCreated: true });
    const second = await enrol('  ZANZIBAR   town ', {}, 'staff');
    expect(second).toMatchObject({ accountId: first.accountId, accountCreated: false });
    expect(
      (await trail(first.accountId)).map(({ action, actor_label }) => [action, actor_label]),
    ).toEqual([
      ['account.created', 'system'],
      ['user.registered', 'system'],
      ['user.registered', 'system'],
    ]);
    const [made] = await trail(first.accountId);
    expect(made).toMatchObject({
      object_id: String(first.accountId),
      changes: { name: 'Zanzibar Town' },
    });
  });

  it('takes composed and decomposed letters for the same name', async () => {
    const composed = await enrol('Caf\u00e9');
    expect((await enrol('Cafe\u0301')).accountId).toBe(composed.accountId);
  });

  it('makes one account when several ask for it at once', async () => {
    const users = await Promise.all(
      ['Kilwa', 'kilwa', 'KILWA', 'Kilwa ', 'kiLwa', 'Kilwa'].map((name) => enrol(name)),
    );
    expect(new Set(users.map((user) => user.accountId)).size).toBe(1);
    expect(users.filter((user) => user.accountCreated)).toHaveLength(1);
    expect(await accountsLike('kilwa')).toHaveLength(1);
    const entries = await trail(users[0]?.accountId ?? 0);
    expect(entries.filter(({ action }) => action === 'account.created')).toHaveLength(1);
    expect(entries.filter(({ action }) => action === 'user.registered')).toHaveLength(6);
  });

  it('waits for another’s account, and makes its own when that one is taken back', async () => {
    const runner = database.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`INSERT INTO accounts (name) VALUES ('Pemba')`);
    const late = enrol('pemba');
    await expect(Promise.race([late, waitingFor(`INSERT INTO accounts`)])).resolves.toBe('waits');
    await runner.rollbackTransaction();
    await runner.release();
    expect(await late).toMatchObject({ accountCreated: true, account: { name: 'pemba' } });
  });

  async function waitingFor(statement: string): Promise<'waits'> {
    await waitFor(`${statement} to wait`, async () => {
      const found = await rows(
        `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1
           AND datname = current_database()`,
        [`${statement}%`],
      );
      return found.length > 0;
    });
    return 'waits';
  }

  it('makes no account for somebody who is refused', async () => {
    const { email } = await enrol();
    const taken = enrol('Mafia Island', { email: email?.toUpperCase() });
    await expect(taken).rejects.toMatchObject({
      code: 'email_taken',
      extra: { errors: { email: [expect.any(String)] } },
    });
    await expect(enrol('Mafia Island', { password: 'short' })).rejects.toMatchObject({
      code: 'weak_password',
    });
    expect(await accountsLike('mafia island')).toEqual([]);
    expect(await rows(`SELECT FROM audit_entries WHERE changes->>'name' = 'Mafia Island'`)).toEqual(
      [],
    );
  });

  it.each(['', '   ', 'a\u0007b', 'x'.repeat(201), '\ud800'])(
    'refuses %j as a name',
    async (name) => {
      await expect(enrol(name)).rejects.toMatchObject({
        code: 'invalid_account_name',
        extra: { errors: { account: [expect.stringContaining('1 to 200')] } },
      });
    },
  );

  it('takes 200 characters, of any plane', async () => {
    const name = '\u{1F3DD}'.repeat(200);
    expect(await enrol(name)).toMatchObject({ account: { name } });
  });

  it('names the user as the actor when nobody else did it', async () => {
    const user = await registrationsOn(database.dataSource).enrol(somebody(), 'customer', null);
    expect((await trail(1)).at(-1)).toMatchObject({ actor_label: user.username });
  });

  it('cannot give two accounts one name, whatever the code does', async () => {
    await expect(rows(`INSERT INTO accounts (name) VALUES ('MAIN')`)).rejects.toMatchObject({
      constraint: 'accounts_name_key',
    });
  });
});

describe('what is said of a new user', () => {
  it('is checked as a registration is', async () => {
    const wish = { email: ' Asha@Example.test', role: 'Admin', name: ' Asha ', account: 'Coast' };
    expect(await readEnrolment(wish)).toEqual({
      email: 'asha@example.test',
      role: 'admin',
      name: 'Asha',
      account: 'Coast',
    });
  });

  it('is refused with all that is wrong, by field', async () => {
    const wish = {
      email: 'asha',
      role: 'boss',
      username: 'system',
      name: 'bell\u0007',
      account: ' ',
      password: PASSWORD,
    };
    const refused = readEnrolment(wish);
    await expect(refused).rejects.toMatchObject({
      code: 'validation_failed',
      extra: {
        errors: {
          email: [expect.any(String)],
          role: [expect.stringContaining('customer, owner, cashier, staff, admin')],
          username: [expect.any(String)],
          name: [expect.any(String)],
          account: [expect.any(String)],
          password: [expect.stringContaining('not a known field')],
        },
      },
    });
  });
});
