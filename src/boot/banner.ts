import type { Config } from '../config/index.js';

export interface DemoLogins {
  password: string;
  users: readonly { email: string; username?: string; role: string; accountId?: number }[];
}

/** What a person wants to know once everything runs. Null `demo`: there are no demo users. */
export function banner(config: Config, startedInMs: number, demo: DemoLogins | null): string {
  const { publicUrl, sandbox, dataDir, database } = config;
  const places: [string, string][] = [
    ['API', `${publicUrl}/api/v1/`],
    ['Swagger UI', `${publicUrl}/api/schema/swagger-ui/`],
    ['ReDoc', `${publicUrl}/api/schema/redoc/`],
  ];
  if (sandbox.enabled) {
    places.push(['Virtual phone', `${sandbox.url}/phone`]);
  }
  places.push([
    'Data',
    database.url === null
      ? `${dataDir} (embedded PostgreSQL, kept between starts)`
      : 'DATABASE_URL',
  ]);
  const lines = [
    '',
    `Malipo is ready, after ${(startedInMs / 1000).toFixed(1)} s.`,
    '',
    ...places.map(([name, place]) => `  ${name.padEnd(15)}${place}`),
  ];
  if (demo) {
    lines.push('', `  Demo users, all with the password ${demo.password}:`);
    lines.push(
      ...demo.users.map(({ email, username, role, accountId }) => {
        const also = username ? ` (or ${username})` : '';
        const where = accountId ? ` in account ${accountId}` : '';
        return `    ${role.padEnd(10)} ${email}${also}${where}`;
      }),
    );
  }
  return [...lines, '', '  Ctrl-C stops it.', '', ''].join('\n');
}
