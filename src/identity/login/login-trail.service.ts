import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, type Actor } from '../../common/index.js';
import { Transactions } from '../../database/index.js';
import { Metrics } from '../../http/index.js';
import type { Family } from './refresh-tokens.service.js';
import { principalOf, type UserView } from '../user.types.js';

/** Until somebody has proved who they are, they are nobody. */
const STRANGER: Actor = { userId: null, label: 'guest', role: 'guest' };

export type Refusal = 'wrong_password' | 'inactive';

function countLogins(metrics: Metrics) {
  return metrics.counter('logins_total', 'Log-ins, and what came of them', ['outcome']);
}

/** What the audit trail and the metrics tell about coming and going. */
@Injectable()
export class LoginTrail implements BeforeApplicationShutdown {
  private readonly logger = new Logger(LoginTrail.name);
  private readonly writing = new Set<Promise<void>>();
  private readonly logins: ReturnType<typeof countLogins>;

  constructor(
    private readonly transactions: Transactions,
    private readonly audits: Audits,
    metrics: Metrics,
  ) {
    this.logins = countLogins(metrics);
  }

  async loggedIn(manager: EntityManager, user: UserView, address: string): Promise<void> {
    this.logins.inc({ outcome: 'logged_in' });
    await this.append(manager, 'user.logged_in', user, actorOf(principalOf(user)), { address });
  }

  /**
   * Writes without letting the refusal wait: it would come later for a user than for nobody, and so tell
   * who is a user.
   * @param user null: nobody has that name, and there is no account to tell it to.
   */
  refused(user: UserView | null, reason: Refusal, address: string): void {
    this.logins.inc({ outcome: user ? reason : 'unknown_user' });
    if (!user) return;
    const work: Promise<void> = this.transactions
      .run((manager) =>
        this.append(manager, 'user.login_refused', user, STRANGER, { reason, address }),
      )
      .catch((error: unknown) => {
        this.logger.error({ msg: 'a refused log-in is not in the audit trail', err: error });
      })
      .finally(() => this.writing.delete(work));
    this.writing.add(work);
  }

  /** Before the database is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.writing);
  }

  async refreshReused(manager: EntityManager, ended: Family, address: string): Promise<void> {
    this.logins.inc({ outcome: 'refresh_reused' });
    const changes = { login: ended.familyUuid, address };
    await this.append(manager, 'user.refresh_reused', ended.user, STRANGER, changes);
  }

  async loggedOut(manager: EntityManager, ended: Family): Promise<void> {
    const { user, familyUuid } = ended;
    const actor = actorOf(principalOf(user));
    await this.append(manager, 'user.logged_out', user, actor, { login: familyUuid });
  }

  private async append(
    manager: EntityManager,
    action: string,
    user: UserView,
    actor: Actor,
    changes: Record<string, unknown>,
  ): Promise<void> {
    const { accountId, id: objectId } = user;
    await this.audits.append(manager, [
      { accountId, actor, action, objectType: 'user', objectId, changes },
    ]);
  }
}
