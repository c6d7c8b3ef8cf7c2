import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../../config/index.js';
import { change } from '../../database/index.js';
import { USER_COLUMNS, type UserView } from '../user.types.js';

/** 256 random bits: there is nothing in it to guess, and a plain SHA-256 keeps it. */
const TOKEN_BYTES = 32;

/** A log-in whose tokens were renewed, or that was ended. */
export interface Family {
  readonly user: UserView;
  readonly familyUuid: string;
}

export type Rotation =
  | ({ outcome: 'rotated'; token: string } & Family)
  /** The token had been used before; `revoked` is the family if this call is what ended it. */
  | { outcome: 'reused'; revoked: Family | null }
  | { outcome: 'refused' };

/**
 * Each refresh token works once and hands out its successor. Whoever sends one a second time is a thief,
 * or its victim after the thief; nobody can tell which, so the whole family is revoked and the user logs
 * in again. There is no grace period: of two clients that refresh with one token at the same moment one
 * wins, the other is told 401, and both log in again. A client must therefore refresh once at a time.
 */
@Injectable()
export class RefreshTokens {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** Begins a family; null when the user was deactivated meanwhile. */
  async begin(manager: EntityManager, userId: number): Promise<string | null> {
    const families: { id: number }[] = await manager.query(
      `INSERT INTO refresh_families (user_id) SELECT id FROM users WHERE id = $1 AND is_active
       RETURNING id`,
      [userId],
    );
    const [family] = families;
    return family ? await this.add(manager, family.id) : null;
  }

  /** Never throws for a bad token: what it found must be committed before anybody is refused. */
  async rotate(manager: EntityManager, token: string): Promise<Rotation> {
    // Compare and set in one statement: of any number of callers exactly one gets the row.
    const [used] = await change<{ family_id: number }>(
      manager,
      `UPDATE refresh_tokens SET used_at = app_now()
       WHERE token_sha256 = $1 AND used_at IS NULL AND expires_at > app_now() RETURNING family_id`,
      [sha256(token)],
    );
    if (!used) return await this.refuse(manager, token);
    const families: (UserView & { familyUuid: string })[] = await manager.query(
      `SELECT f.uuid AS "familyUuid", ${USER_COLUMNS}
       FROM refresh_families f JOIN users u ON u.id = f.user_id
       WHERE f.id = $1 AND f.revoked_at IS NULL AND u.is_active FOR UPDATE OF f`,
      [used.family_id],
    );
    const [family] = families;
    if (!family) return { outcome: 'refused' };
    const { familyUuid, ...user } = family;
    return {
      outcome: 'rotated',
      token: await this.add(manager, used.family_id),
      user,
      familyUuid,
    };
  }

  /** Ends the family of `token`; null when there is none or it has ended already. */
  async revoke(
    manager: EntityManager,
    token: string,
    reason: 'logout' | 'reuse',
  ): Promise<Family | null> {
    const [family] = await change<UserView & { familyUuid: string }>(
      manager,
      `UPDATE refresh_families f SET revoked_at = app_now(), revoked_reason = $2
       FROM refresh_tokens t, users u
       WHERE t.token_sha256 = $1 AND f.id = t.family_id AND u.id = f.user_id
         AND f.revoked_at IS NULL
       RETURNING f.uuid AS "familyUuid", ${USER_COLUMNS}`,
      [sha256(token), reason],
    );
    if (!family) return null;
    const { familyUuid, ...user } = family;
    return { familyUuid, user };
  }

  /** Forgets the user's families of which no token is valid any more: nothing depends on them. */
  async forgetExpired(manager: EntityManager, userId: number): Promise<void> {
    await manager.query(
      `DELETE FROM refresh_families f WHERE f.user_id = $1 AND NOT EXISTS
         (SELECT FROM refresh_tokens t WHERE t.family_id = f.id AND t.expires_at > app_now())`,
      [userId],
    );
  }

  private async refuse(manager: EntityManager, token: string): Promise<Rotation> {
    const known: { used: boolean }[] = await manager.query(
      `SELECT used_at IS NOT NULL AS used FROM refresh_tokens WHERE token_sha256 = $1`,
      [sha256(token)],
    );
    if (!known[0]?.used) return { outcome: 'refused' };
    return { outcome: 'reused', revoked: await this.revoke(manager, token, 'reuse') };
  }

  /** Adds the family's next token, and drops those that have expired: they are refused either way. */
  private async add(manager: EntityManager, familyId: number): Promise<string> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    await manager.query(
      `WITH expired AS (
         DELETE FROM refresh_tokens WHERE family_id = $1 AND expires_at <= app_now()
       )
       INSERT INTO refresh_tokens (family_id, token_sha256, expires_at)
       VALUES ($1, $2, app_now() + make_interval(secs => $3))`,
      [familyId, sha256(token), this.config.auth.refreshTtlS],
    );
    return token;
  }
}

function sha256(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
