/** What went wrong, in the words of the trade; `http/` alone knows which status each kind answers. */
export type DomainErrorKind =
  | 'invalid' // 400: the input is malformed
  | 'refused' // 400: well-formed, but a business rule forbids it
  | 'unauthenticated' // 401
  | 'forbidden' // 403
  | 'not_found' // 404
  | 'conflict' // 409: the state, or another caller, is in the way
  | 'mismatch' // 422: an idempotency key reused with another body
  | 'too_many' // 429
  | 'gateway_failed' // 502: the gateway failed before anything was sent
  | 'unavailable'; // 503: try again later

export interface DomainErrorExtra {
  /** More for a person: a gateway's own words, for example. Never a stack, a secret or SQL. */
  details?: string;
  /** Messages per field, for validation. */
  errors?: Record<string, string[]>;
  /** Seconds after which a repeat makes sense; becomes `Retry-After`. */
  retryAfterS?: number;
  /** Further documented fields of the answer, e.g. `data` of the payment that failed. */
  body?: Record<string, unknown>;
  cause?: unknown;
}

/** An expected failure. Services throw it; `code` is a stable snake_case word of the throwing module. */
export class DomainError extends Error {
  constructor(
    readonly kind: DomainErrorKind,
    readonly code: string,
    message: string,
    readonly extra: DomainErrorExtra = {},
  ) {
    super(message, { cause: extra.cause });
    this.name = 'DomainError';
  }
}

/** One field is wrong; the message names the fix. */
export function invalidField(field: string, message: string): DomainError {
  return new DomainError('invalid', 'validation_failed', `${field}: ${message}`, {
    errors: { [field]: [message] },
  });
}
