import type { Client } from 'pg';

const SCHEMAS = ['public', 'bullmq'];

/** Rights by what a table's comment says of it; a function's comment may say `owner-only`. */
const RIGHTS: Record<string, string[]> = {
  'append-only': ['SELECT', 'INSERT'],
  'read-only': ['SELECT'],
};
const ALL_ROWS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

interface Relation {
  name: string;
  kind: 'table' | 'view' | 'sequence';
  comment: string | null;
  granted: string[];
}

/**
 * Gives `role` exactly the rights that it needs on everything the connected owner owns: takes back what is
 * too much, and changes nothing that is right. Does nothing when `role` is the owner itself.
 */
export async function grantToApplication(owner: Client, role: string): Promise<void> {
  const { rows } = await owner.query<{ owner: string }>('SELECT current_user AS owner');
  if (rows[0]?.owner === role) return;
  const to = owner.escapeIdentifier(role);
  await owner.query('BEGIN');
  try {
    for (const relation of await relations(owner, to)) {
      const on = relation.kind === 'sequence' ? `SEQUENCE ${relation.name}` : relation.name;
      const wanted = rightsOn(relation);
      const surplus = relation.granted.filter((right) => !wanted.includes(right));
      const missing = wanted.filter((right) => !relation.granted.includes(right));
      if (surplus.length) await owner.query(`REVOKE ${surplus.join(', ')} ON ${on} FROM ${to}`);
      if (missing.length) await owner.query(`GRANT ${missing.join(', ')} ON ${on} TO ${to}`);
    }
    for (const name of await closedFunctions(owner, to)) {
      await owner.query(`GRANT EXECUTE ON ROUTINE ${name} TO ${to}`);
    }
    await owner.query(`GRANT USAGE ON SCHEMA ${SCHEMAS.join(', ')} TO ${to}`);
    // BullMQ makes a sequence for each queue when its first job arrives.
    await owner.query(`GRANT CREATE ON SCHEMA bullmq TO ${to}`);
    await owner.query('COMMIT');
  } catch (error) {
    await owner.query('ROLLBACK');
    throw error;
  }
}

function rightsOn(relation: Relation): string[] {
  if (relation.kind === 'sequence') return ['USAGE', 'SELECT'];
  if (relation.kind === 'view') return ['SELECT'];
  return RIGHTS[relation.comment ?? ''] ?? ALL_ROWS;
}

/** What the owner owns; a sequence that the application made itself needs nothing from us. */
async function relations(owner: Client, quotedRole: string): Promise<Relation[]> {
  const { rows } = await owner.query<Relation>(
    `SELECT c.oid::regclass::text AS name,
            CASE WHEN c.relkind IN ('r', 'p') THEN 'table'
                 WHEN c.relkind = 'S' THEN 'sequence' ELSE 'view' END AS kind,
            obj_description(c.oid, 'pg_class') AS comment,
            coalesce((SELECT json_agg(a.privilege_type) FROM aclexplode(c.relacl) a
                      WHERE a.grantee = $1::regrole), '[]') AS granted
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = ANY ($2) AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
       AND c.relowner = current_user::regrole
     ORDER BY c.oid`,
    [quotedRole, SCHEMAS],
  );
  return rows;
}

/** Everybody may call a function, unless this database was set up otherwise. */
async function closedFunctions(owner: Client, quotedRole: string): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT p.oid::regprocedure::text AS name
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = ANY ($2) AND p.proowner = current_user::regrole
       AND coalesce(obj_description(p.oid, 'pg_proc'), '') <> 'owner-only'
       AND NOT has_function_privilege($1::regrole, p.oid, 'EXECUTE')`,
    [quotedRole, SCHEMAS],
  );
  return rows.map((row) => row.name);
}
