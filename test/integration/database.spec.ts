import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { pendingMigrations } from '../../src/database/index.js';

describe('a test database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('is migrated and answers the application role', async () => {
    expect(await pendingMigrations(database.dataSource)).toEqual([]);
    const [row] = await database.dataSource.query('SELECT current_user AS who, app_now() AS now');
    expect(row.who).toBe('malipo_app');
  });
});
