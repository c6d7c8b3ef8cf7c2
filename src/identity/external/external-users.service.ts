import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, type Role } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { Transactions } from '../../database/index.js';
import type { ExternalIdentity } from './external-claims.mapper.js';
import * as store from './external-user.repository.js';
import { externalUserRefused, violatedUnique } from '../identity.errors.js';
import { principalOf, type UserView } from '../user.types.js';

type Queries = Pick<EntityManager, 'query'>;

const ATTEMPTS = 3;

/**
 * Rows for the users of the identity provider, made on first sight: everything else refers to users by
 * integer id. What the provider says wins over what stands here; what it does not say stays, except
 * the role: a role that is no longer granted is gone.
 */
@Injectable()
export class ExternalUsers {
  private readonly logger = new Logger(ExternalUsers.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly audits: Audits,
  ) {}

  /** @throws DomainError `external_user_refused`: no role, no such account, or deactivated here. */
  async sync(identity: ExternalIdentity): Promise<UserView> {
    const role = identity.role ?? this.config.auth.jwks?.defaultRole;
    if (!role) throw externalUserRefused('The token grants no role of this system');
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.syncOnce(identity, role);
      } catch (error) {
        // Another request, here or in another process, made the same user at the same moment.
        if (!violatedUnique(error) || attempt >= ATTEMPTS) throw error;
      }
    }
  }

  /** The usual case, nothing new, takes no transaction. */
  private async syncOnce(identity: ExternalIdentity, role: Role): Promise<UserView> {
    const accountId = await this.accountOf(identity);
    const stored = await store.findBySubject(this.dataSource, identity);
    if (stored) {
      const wanted = await this.wanted(this.dataSource, stored, identity, role, accountId);
      if (changesOf(stored, wanted).length === 0) return active(stored);
    }
    return await this.transactions.run(async (manager) => {
      const known =
        (await store.findBySubject(manager, identity, 'FOR UPDATE')) ??
        (await this.adopt(manager, identity));
      if (!known) return await this.provision(manager, identity, role, accountId);
      const wanted = await this.wanted(manager, known, identity, role, accountId);
      const changed = changesOf(known, wanted);
      if (changed.length === 0) return active(known);
      await store.update(manager, active(wanted), identity.issuedAt);
      await this.audit(manager, wanted, 'user.updated_by_identity_provider', { changed });
      return wanted;
    });
  }

  /** The account that the claim names; null when there is no such claim. */
  private async accountOf(identity: ExternalIdentity): Promise<number | null> {
    if (identity.account === undefined) return null;
    const id = identity.account && (await store.findAccount(this.dataSource, identity.account));
    return id ?? refuseAccount();
  }

  /** What the row should say. A token older than the one the row follows changes nothing. */
  private async wanted(
    queries: Queries,
    stored: store.ExternalUser,
    identity: ExternalIdentity,
    role: Role,
    accountId: number | null,
  ): Promise<store.ExternalUser> {
    if (stored.claimsAt && stored.claimsAt > identity.issuedAt) return stored;
    return {
      ...stored,
      accountId: accountId ?? stored.accountId,
      email: await this.freeEmail(queries, identity.email ?? stored.email, stored),
      name: identity.name ?? stored.name,
      phone: identity.phone ?? stored.phone,
      role,
    };
  }

  /** `email`, or what the user has now when it belongs to somebody else here. */
  private async freeEmail(
    queries: Queries,
    email: string | null,
    user: { id: number; email: string | null } | null,
  ): Promise<string | null> {
    if (!email || email === user?.email) return email;
    if (!(await store.isTaken(queries, 'email', email, user?.id ?? null))) return email;
    this.logger.warn(
      `the identity provider gives ${user ? `user ${user.id}` : 'a new user'} an e-mail that another user has: it is left out`,
    );
    return user?.email ?? null;
  }

  /** Ties a user who had a password here to the provider's, by an address the provider has verified. */
  private async adopt(
    manager: EntityManager,
    identity: ExternalIdentity,
  ): Promise<store.ExternalUser | null> {
    if (!identity.email || !identity.emailVerified) return null;
    const adopted = await store.adoptByEmail(manager, identity, identity.email);
    if (adopted) await this.audit(manager, adopted, 'user.adopted_by_identity_provider', {});
    return adopted;
  }

  private async provision(
    manager: EntityManager,
    identity: ExternalIdentity,
    role: Role,
    accountId: number | null,
  ): Promise<UserView> {
    const user = await store.insert(manager, {
      identity,
      role,
      accountId,
      email: await this.freeEmail(manager, identity.email, null),
    });
    await this.audit(manager, user, 'user.provisioned', { username: user.username, role });
    return user;
  }

  private async audit(
    manager: EntityManager,
    user: UserView,
    action: string,
    changes: Record<string, unknown>,
  ): Promise<void> {
    const { accountId, id: objectId } = user;
    await this.audits.append(manager, [
      {
        accountId,
        actor: actorOf(principalOf(user)),
        action,
        objectType: 'user',
        objectId,
        changes,
      },
    ]);
  }
}

function changesOf(before: UserView, after: UserView): string[] {
  const fields = ['accountId', 'email', 'name', 'phone', 'role'] as const;
  return fields.filter((field) => before[field] !== after[field]);
}

function active(user: store.ExternalUser): store.ExternalUser {
  if (!user.isActive) throw externalUserRefused('The user is deactivated here');
  return user;
}

function refuseAccount(): never {
  throw externalUserRefused('The token names an account that does not exist here');
}
