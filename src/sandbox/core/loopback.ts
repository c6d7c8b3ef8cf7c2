import { isIPv4 } from 'node:net';

/**
 * The sandbox has no login and moves pretend money, so it stays on this machine.
 * True for `localhost` (and names under it), 127.0.0.0/8 and ::1, with or without brackets.
 */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true;
  return isIPv4(name) && name.startsWith('127.');
}
