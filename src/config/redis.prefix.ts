/**
 * What every key of a deployment in Redis begins with. Deployments that share a Redis are told apart by the names of
 * their databases: then they answer none of each other's bells and count none of each other's requests.
 */
export function redisPrefix(databaseUrl: string): string {
  return `malipo:${new URL(databaseUrl).pathname.slice(1) || 'default'}`;
}
