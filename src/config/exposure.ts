import type { Environment } from './environment.reader.js';

/** True for a name or address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

/**
 * True when the database runs on this machine: a loopback address or a unix socket. Drivers differ in which
 * of several hosts they take (authority, `?host=`, PGHOST), so every one that is named must be local.
 */
export function isLocalDatabase(url: string, fallbackHost = ''): boolean {
  const parsed = new URL(url);
  const named = [
    decodeURIComponent(parsed.hostname) || fallbackHost,
    ...parsed.searchParams.getAll('host'),
    ...parsed.searchParams.getAll('hostaddr'),
  ];
  return named.every((host) => host === '' || host.startsWith('/') || isLoopback(host));
}

/** Why this environment counts as production, in words for a person; empty when it does not. */
export function exposure(env: Environment): string[] {
  const reasons: string[] = [];
  if (env.NODE_ENV?.trim() === 'production') reasons.push('NODE_ENV is production');
  const host = env.HOST?.trim();
  if (host && !isLoopback(host)) reasons.push(`HOST ${host} is reachable from elsewhere`);
  for (const name of ['DATABASE_URL', 'MIGRATION_DATABASE_URL']) {
    const url = env[name]?.trim() ?? '';
    if (URL.canParse(url) && !isLocalDatabase(url, env.PGHOST)) {
      reasons.push(`${name} is not on this machine`);
    }
  }
  return reasons;
}
