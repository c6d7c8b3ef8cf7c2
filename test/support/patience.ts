/**
 * Settings with longer limits: a busy machine may stop a process for seconds while others wait for a row that
 * it holds.
 */
export const PATIENT_DATABASE = {
  DATABASE_LOCK_TIMEOUT_MS: '10000',
  DATABASE_STATEMENT_TIMEOUT_MS: '20000',
};
