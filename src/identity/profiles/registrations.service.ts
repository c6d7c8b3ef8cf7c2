import { Injectable } from '@nestjs/common';
import { Audits } from '../../audits/index.js';
import { actorOf, normalisePhone, SYSTEM, type Actor, type Role } from '../../common/index.js';
import { Transactions } from '../../database/index.js';
import { uniqueConflict } from '../identity.errors.js';
import { PasswordTurns } from '../login/password-turns.service.js';
import { Passwords } from '../login/passwords.service.js';
import { PHONE_CURRENCY, principalOf, PROFILE_COLUMNS, type Profile } from '../user.types.js';
import { Accounts } from './accounts.service.js';

export interface NewUser {
  readonly email: string;
  readonly password: string;
  /** The e-mail when unset. */
  readonly username?: string;
  readonly name?: string;
  /** Any usual form; national numbers are read as `PHONE_CURRENCY`'s. */
  readonly phone?: string | null;
}

export interface EnrolledUser extends Profile {
  /** True when there was no account of that name until now. */
  readonly accountCreated: boolean;
}

/** New users with a password. Whoever may call this may give any role. */
@Injectable()
export class Registrations {
  constructor(
    private readonly passwords: Passwords,
    private readonly turns: PasswordTurns,
    private readonly accounts: Accounts,
    private readonly transactions: Transactions,
    private readonly audits: Audits,
  ) {}

  /**
   * Makes a user, of the default account unless one is named.
   * @param actor who does it; null: the new user.
   * @param accountName made in the same commit when there is none of that name.
   * @throws DomainError `email_taken`, `username_taken`, `weak_password`, `invalid_phone_number`,
   * `invalid_account_name`, each naming its field; `login_busy`.
   */
  async enrol(
    newUser: NewUser,
    role: Role,
    actor: Actor | null,
    accountName: string | null = null,
  ): Promise<EnrolledUser> {
    const { password, name = '' } = newUser;
    const email = newUser.email.trim().toLowerCase();
    const username = newUser.username ?? email;
    const phone = newUser.phone ? normalisePhone(newUser.phone, PHONE_CURRENCY) : null;
    this.passwords.assertAcceptable(password, [email, username, name]);
    const hash = await this.turns.take(() => this.passwords.hash(password));
    try {
      return await this.transactions.run(async (manager) => {
        const account =
          accountName === null
            ? null
            : await this.accounts.findOrCreate(manager, accountName, actor ?? SYSTEM);
        const users: [Profile] = await manager.query(
          `WITH u AS (
             INSERT INTO users (account_id, username, email, name, phone, role, password_hash)
             SELECT id, $1, $2, $3, $4, $5, $6 FROM accounts
             WHERE CASE WHEN $7::int IS NULL THEN is_default ELSE id = $7 END RETURNING *
           )
           SELECT ${PROFILE_COLUMNS} FROM u JOIN accounts a ON a.id = u.account_id`,
          [username, email, name, phone, role, hash, account?.id ?? null],
        );
        const [user] = users;
        await this.audits.append(manager, [
          {
            accountId: user.accountId,
            actor: actor ?? actorOf(principalOf(user)),
            action: 'user.registered',
            objectType: 'user',
            objectId: user.id,
            changes: { username, role },
          },
        ]);
        return { ...user, accountCreated: account?.created ?? false };
      });
    } catch (error) {
      throw uniqueConflict(error, { usernameIsEmail: username === email }) ?? error;
    }
  }
}
