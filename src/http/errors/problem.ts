/**
 * What an answer means for the idempotency claim of its request. `keep`: final, stored and replayed.
 * `reopen`: not final, the same key and body continue the work. `free`: nothing was begun, the key may
 * come back with another body.
 */
export type ClaimFate = 'keep' | 'reopen' | 'free';

/** An error as a caller will see it, whichever surface shows it. */
export interface Problem {
  status: number;
  /** Stable snake_case word. */
  code: string;
  message: string;
  details?: string;
  errors?: Record<string, string[]>;
  /** Whole seconds; becomes `Retry-After`. */
  retryAfterS?: number;
  /** Further documented fields of the answer. */
  body?: Record<string, unknown>;
  fate: ClaimFate;
  /** `error` with its stack when it is our fault, `warn` when somebody should look, else nothing. */
  log: 'none' | 'warn' | 'error';
}
