import type { QueryRunner } from 'typeorm';

/**
 * Makes a table append-only for everybody, its owner and superusers included: UPDATE, DELETE and TRUNCATE
 * raise. The comment tells the migration runner to grant the application role SELECT and INSERT only.
 */
export async function appendOnly(runner: QueryRunner, table: string): Promise<void> {
  await runner.query(`
    CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE ON ${table}
      FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER ${table}_no_truncate BEFORE TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_append_only;
    ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_no_truncate;
    COMMENT ON TABLE ${table} IS 'append-only';
  `);
}
