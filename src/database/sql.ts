import type { EntityManager } from 'typeorm';

/**
 * Runs an UPDATE or DELETE and answers its RETURNING rows (TypeORM hands out rows and count for
 * these, plain rows for everything else).
 */
export async function change<Row>(
  manager: Pick<EntityManager, 'query'>,
  sql: string,
  parameters: unknown[],
): Promise<Row[]> {
  const [rows]: [Row[], number] = await manager.query(sql, parameters);
  return rows;
}
