import { fieldRefused } from './identity.errors.js';
import type { DomainError } from '../common/index.js';

/** The constraint that PostgreSQL names in a unique violation; null for every other error. */
export function violatedUnique(error: unknown): string | null {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  return code === '23505' && typeof constraint === 'string' ? constraint : null;
}

/**
 * What to tell somebody whose name or address is taken; null when `error` is something else. The
 * database decides, since only it can among requests that arrive together.
 */
export function uniqueConflict(
  error: unknown,
  options: { usernameIsEmail: boolean },
): DomainError | null {
  const constraint = violatedUnique(error);
  if (constraint === 'users_username_key' && !options.usernameIsEmail) {
    return fieldRefused('username', 'username_taken', 'This user name is taken');
  }
  if (constraint === 'users_email_key' || constraint === 'users_username_key') {
    return fieldRefused('email', 'email_taken', 'A user with this e-mail exists already');
  }
  return null;
}
