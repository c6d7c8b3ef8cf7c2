import type { EntityManager } from 'typeorm';
import { newUuid, type ObjectId, type Role } from '../../common/index.js';
import { change } from '../../database/index.js';
import type { ExternalIdentity } from './external-claims.mapper.js';
import { USER_COLUMNS, type UserView } from '../user.types.js';

type Queries = Pick<EntityManager, 'query'>;

export interface ExternalUser extends UserView {
  readonly isActive: boolean;
  /** When the newest token was issued whose claims changed the row. */
  readonly claimsAt: Date | null;
}

const COLUMNS = `${USER_COLUMNS}, u.is_active AS "isActive", u.external_claims_at AS "claimsAt"`;

export async function findAccount(queries: Queries, account: ObjectId): Promise<number | null> {
  const [column, value] = 'id' in account ? ['id', account.id] : ['uuid', account.uuid];
  const rows: { id: number }[] = await queries.query(
    `SELECT id FROM accounts WHERE ${column} = $1`,
    [value],
  );
  return rows[0]?.id ?? null;
}

export async function findBySubject(
  queries: Queries,
  identity: ExternalIdentity,
  lock: '' | 'FOR UPDATE' = '',
): Promise<ExternalUser | null> {
  const rows: ExternalUser[] = await queries.query(
    `SELECT ${COLUMNS} FROM users u
     WHERE u.external_issuer = $1 AND u.external_subject = $2 ${lock}`,
    [identity.issuer, identity.subject],
  );
  return rows[0] ?? null;
}

/** True when another user than `exceptId` has it, whatever its case. */
export async function isTaken(
  queries: Queries,
  column: 'email' | 'username',
  value: string,
  exceptId: number | null,
): Promise<boolean> {
  const rows: unknown[] = await queries.query(
    `SELECT FROM users WHERE lower(${column}) = lower($1) AND id IS DISTINCT FROM $2::int`,
    [value, exceptId],
  );
  return rows.length > 0;
}

/** The user with this address, if tied to no subject yet. From now on only the provider logs them in. */
export async function adoptByEmail(
  manager: EntityManager,
  identity: ExternalIdentity,
  email: string,
): Promise<ExternalUser | null> {
  const [user] = await change<ExternalUser>(
    manager,
    `UPDATE users u SET external_issuer = $1, external_subject = $2, password_hash = NULL,
       updated_at = now()
     WHERE lower(u.email) = lower($3) AND u.external_subject IS NULL RETURNING ${COLUMNS}`,
    [identity.issuer, identity.subject, email],
  );
  return user ?? null;
}

export async function update(
  manager: EntityManager,
  user: UserView,
  claimsAt: Date,
): Promise<void> {
  const { id, accountId, email, name, phone, role } = user;
  await change(
    manager,
    `UPDATE users SET account_id = $2, email = $3, name = $4, phone = $5, role = $6,
       external_claims_at = $7, updated_at = now()
     WHERE id = $1`,
    [id, accountId, email, name, phone, role, claimsAt],
  );
}

/** A name that is taken, or that the trail keeps for itself, gives way to a made-up one. */
export async function insert(
  manager: EntityManager,
  user: {
    identity: ExternalIdentity;
    role: Role;
    /** Null: the default account. */
    accountId: number | null;
    email: string | null;
  },
): Promise<UserView> {
  const { identity, role, accountId, email } = user;
  const wish = identity.username ?? email ?? identity.subject;
  const username =
    isReserved(wish) || (await isTaken(manager, 'username', wish, null))
      ? `user-${newUuid()}`
      : wish;
  const rows: [UserView] = await manager.query(
    `INSERT INTO users AS u (account_id, username, email, name, phone, role,
       external_issuer, external_subject, external_claims_at)
     SELECT a.id, $2, $3, $4, $5, $6, $7, $8, $9 FROM accounts a
     WHERE CASE WHEN $1::int IS NULL THEN a.is_default ELSE a.id = $1 END
     RETURNING ${USER_COLUMNS}`,
    [
      accountId,
      username,
      email,
      identity.name ?? '',
      identity.phone,
      role,
      identity.issuer,
      identity.subject,
      identity.issuedAt,
    ],
  );
  return rows[0];
}

/** Labels of the audit trail that are nobody's name (`users_username_not_reserved`). */
export function isReserved(username: string): boolean {
  return /^(system|guest|gateway:.*)$/i.test(username);
}
