import type { EntityManager } from 'typeorm';
import { runUnderWay } from '../reconciliation.errors.js';

/** `RCNC` in ASCII. */
const SPACE = 0x52434e43;
/** What one statement of SQL over a large statement may take. */
const LONG_STATEMENT_MS = 60_000;
/** People wait this long for a run that is just writing. */
const WAIT_MS = 8_000;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Takes, until the transaction ends, the only right to write items of an account and a gateway, so that
 * two runs never see half of each other. False, at once, when somebody else has it.
 */
export async function takeDesk(
  manager: EntityManager,
  accountId: number,
  provider: string,
): Promise<boolean> {
  await manager.query(`SET LOCAL statement_timeout = ${LONG_STATEMENT_MS}`);
  const rows: { taken: boolean }[] = await manager.query(
    'SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS taken',
    [SPACE, `${accountId}:${provider}`],
  );
  return rows[0]?.taken === true;
}

/** The same for people, who would rather wait a moment. @throws DomainError 409 when it takes longer. */
export async function waitForDesk(
  manager: EntityManager,
  accountId: number,
  provider: string,
): Promise<void> {
  await manager.query(`SET LOCAL statement_timeout = ${LONG_STATEMENT_MS}`);
  await manager.query(`SET LOCAL lock_timeout = ${WAIT_MS}`);
  try {
    await manager.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [
      SPACE,
      `${accountId}:${provider}`,
    ]);
  } catch (error) {
    if ((error as { code?: unknown }).code === LOCK_NOT_AVAILABLE) throw runUnderWay();
    throw error;
  }
}
