/**
 * What every key of a deployment in Redis begins with: deployments that share a Redis answer none of each other's
 * bells and count none of each other's requests.
 */
export function redisPrefix(databaseUrl: string): string {
  return `malipo:${new URL(databaseUrl).pathname.slice(1) || 'default'}`;
}
