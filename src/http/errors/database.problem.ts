import type { Problem } from './problem.js';

/** SQLSTATEs (PostgreSQL manual, appendix A) after which the same request may well succeed. */
const PASSING = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available: lock_timeout
  '57014', // query_canceled: statement_timeout
  '25P03', // idle_in_transaction_session_timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
]);
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH']);
/** What `pg` and its pool say without any code. */
const LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after calling end|Query read timeout)/;

const BUSY: Problem = {
  status: 503,
  code: 'temporarily_unavailable',
  message: 'The service is busy or restarting; send the same request again in a moment',
  retryAfterS: 1,
  fate: 'reopen',
  log: 'warn',
};
const CONFLICT: Problem = {
  status: 409,
  code: 'conflict',
  message: 'Another request changed this at the same time; read it again',
  fate: 'reopen',
  log: 'warn',
};
const IMPOSSIBLE_VALUE: Problem = {
  status: 400,
  code: 'invalid_value',
  message: 'A value is outside what can be stored',
  fate: 'free',
  log: 'warn',
};

/** By SQLSTATE. The words are general on purpose: names of tables and constraints stay in the log. */
const BY_STATE: Record<string, Problem> = {
  '23505': CONFLICT, // unique_violation
  '23P01': CONFLICT, // exclusion_violation
  '23503': { ...CONFLICT, message: 'This refers to something that is gone or still in use' },
  '23514': { ...IMPOSSIBLE_VALUE, code: 'rule_violated', message: 'A value breaks a rule' },
  '22003': IMPOSSIBLE_VALUE, // numeric_value_out_of_range
  '22007': IMPOSSIBLE_VALUE, // invalid_datetime_format
  '22008': IMPOSSIBLE_VALUE, // datetime_field_overflow
  '22021': IMPOSSIBLE_VALUE, // character_not_in_repertoire
  '22P02': IMPOSSIBLE_VALUE, // invalid_text_representation
  '22P05': IMPOSSIBLE_VALUE, // untranslatable_character
};

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Null when the exception is none of the database's. */
export function databaseProblem(exception: unknown): Problem | null {
  if (!(exception instanceof Error)) return null;
  const { driverError } = exception as Error & { driverError?: unknown };
  const origin = driverError instanceof Error ? driverError : exception;
  const state = textOf((origin as Error & { code?: unknown }).code);
  if (state !== undefined) {
    // Classes 08 (connection exception) and 53 (insufficient resources) pass as well.
    if (PASSING.has(state) || NETWORK.has(state) || /^(08|53)[0-9A-Z]{3}$/.test(state)) return BUSY;
    return BY_STATE[state] ?? null;
  }
  return LOST.test(origin.message) ? BUSY : null;
}
