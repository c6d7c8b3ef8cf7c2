import { loadConfig } from '../config/index.js';
import { banner } from './banner.js';

const demo = {
  password: 'secret-of-the-demo',
  users: [
    { email: 'john@malipo.test', username: 'john', role: 'customer' },
    { email: 'other@malipo.test', role: 'admin', accountId: 2 },
  ],
};

describe('banner', () => {
  it('tells where everything is and how to log in', () => {
    const config = loadConfig({ DATA_DIR: '/srv/malipo' }, []);
    const text = banner(config, 2345, demo);
    for (const expected of [
      'after 2.3 s',
      'http://127.0.0.1:3000/api/v1/',
      'http://127.0.0.1:3000/api/schema/swagger-ui/',
      'http://127.0.0.1:3000/api/schema/redoc/',
      'http://127.0.0.1:4010/phone',
      '/srv/malipo (embedded PostgreSQL',
      'secret-of-the-demo',
      'john@malipo.test (or john)\n',
      'other@malipo.test in account 2\n',
    ]) {
      expect(text).toContain(expected);
    }
  });

  it('shows no phone without the sandbox, and no address of a database', () => {
    const url = 'postgres://app:hunter2@127.0.0.1/malipo';
    const text = banner(loadConfig({ DATABASE_URL: url }, []), 1000, null);
    expect(text).not.toMatch(/phone|Demo users|hunter2|embedded/i);
  });
});
