import { Injectable } from '@nestjs/common';
import { Audits } from '../../audits/index.js';
import { actorOf, normalisePhone, type Actor, type Role } from '../../common/index.js';
import { Transactions } from '../../database/index.js';
import { uniqueConflict } from '../identity.errors.js';
import { LoginThrottle } from '../login/login-throttle.service.js';
import { PasswordTurns } from '../login/password-turns.service.js';
import { Passwords } from '../login/passwords.service.js';
import { PHONE_CURRENCY, principalOf, PROFILE_COLUMNS, type Profile } from '../user.types.js';

export interface NewUser {
  readonly email: string;
  readonly password: string;
  /** The e-mail when unset. */
  readonly username?: string;
  readonly name?: string;
  /** Any usual form; national numbers are read as `PHONE_CURRENCY`'s. */
  readonly phone?: string | null;
}

/** New users with a password. */
@Injectable()
export class Registrations {
  constructor(
    private readonly passwords: Passwords,
    private readonly turns: PasswordTurns,
    private readonly throttle: LoginThrottle,
    private readonly transactions: Transactions,
    private readonly audits: Audits,
  ) {}

  /**
   * Somebody makes themselves a customer of the default account.
   * @throws DomainError as `enrol`; `rate_limited` per address; `login_busy`.
   */
  async register(newUser: NewUser, address: string): Promise<Profile> {
    await this.throttle.registering(address);
    return await this.enrol(newUser, 'customer', null);
  }

  /**
   * Makes a user of the default account.
   * @param actor who does it; null: the new user.
   * @throws DomainError `email_taken`, `username_taken`, `weak_password`, `invalid_phone_number`, each
   * naming its field.
   */
  async enrol(newUser: NewUser, role: Role, actor: Actor | null): Promise<Profile> {
    const { password, name = '' } = newUser;
    const email = newUser.email.trim().toLowerCase();
    const username = newUser.username ?? email;
    const phone = newUser.phone ? normalisePhone(newUser.phone, PHONE_CURRENCY) : null;
    this.passwords.assertAcceptable(password, [email, username, name]);
    const hash = await this.turns.take(() => this.passwords.hash(password));
    try {
      return await this.transactions.run(async (manager) => {
        const users: [Profile] = await manager.query(
          `WITH u AS (
             INSERT INTO users (account_id, username, email, name, phone, role, password_hash)
             SELECT id, $1, $2, $3, $4, $5, $6 FROM accounts WHERE is_default RETURNING *
           )
           SELECT ${PROFILE_COLUMNS} FROM u JOIN accounts a ON a.id = u.account_id`,
          [username, email, name, phone, role, hash],
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
        return user;
      });
    } catch (error) {
      throw uniqueConflict(error, { usernameIsEmail: username === email }) ?? error;
    }
  }
}
