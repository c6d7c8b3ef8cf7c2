import { DomainError, type Role } from '../common/index.js';

export function notAuthenticated(): DomainError {
  return new DomainError(
    'unauthenticated',
    'not_authenticated',
    'Authentication credentials were not provided',
  );
}

/** One answer for every fault of an access token: which one it is helps only a forger. */
export function invalidAccessToken(cause?: unknown): DomainError {
  return new DomainError(
    'unauthenticated',
    'invalid_token',
    'The access token is invalid or has expired',
    { cause },
  );
}

/** One answer for an unknown user, a wrong password and a deactivated user. */
export function invalidCredentials(): DomainError {
  return new DomainError(
    'unauthenticated',
    'invalid_credentials',
    'No active account found with the given credentials',
  );
}

export function invalidRefreshToken(): DomainError {
  return new DomainError(
    'unauthenticated',
    'invalid_refresh_token',
    'The refresh token is invalid, expired or revoked: log in again',
  );
}

export function refreshTokenReused(): DomainError {
  return new DomainError(
    'unauthenticated',
    'refresh_token_reused',
    'The refresh token was used before, so this login is revoked: log in again',
  );
}

export function roleForbidden(role: Role): DomainError {
  return new DomainError('forbidden', 'permission_denied', `The role ${role} may not do this`);
}

/** The identity provider vouches for somebody who has no place here. */
export function externalUserRefused(details: string): DomainError {
  return new DomainError('forbidden', 'external_user_refused', 'This user has no access here', {
    details,
  });
}

export function identityProviderUnavailable(cause: unknown): DomainError {
  return new DomainError(
    'unavailable',
    'identity_provider_unavailable',
    'The identity provider cannot be reached, so tokens cannot be checked',
    { cause, retryAfterS: 5 },
  );
}

export function loginsAreElsewhere(issuer: string): DomainError {
  return new DomainError(
    'not_found',
    'external_identity_provider',
    `Users of this deployment log in at its identity provider: ${issuer}`,
  );
}

export function loginsBusy(): DomainError {
  return new DomainError('unavailable', 'login_busy', 'Too many logins at this moment', {
    retryAfterS: 5,
  });
}

/** A value that belongs to somebody else already, or a password that is too weak. */
export function fieldRefused(field: string, code: string, message: string): DomainError {
  return new DomainError('refused', code, message, { errors: { [field]: [message] } });
}

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
