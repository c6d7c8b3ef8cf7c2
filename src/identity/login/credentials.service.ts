import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { change } from '../../database/index.js';
import { invalidCredentials } from '../identity.errors.js';
import { LoginThrottle } from './login-throttle.service.js';
import { LoginTrail } from './login-trail.service.js';
import { PasswordTurns } from './password-turns.service.js';
import { Passwords } from './passwords.service.js';
import { USER_COLUMNS, type UserView } from '../user.types.js';

interface UserWithPassword extends UserView {
  passwordHash: string;
  isActive: boolean;
}

/** Name and password. */
@Injectable()
export class Credentials {
  constructor(
    private readonly dataSource: DataSource,
    private readonly turns: PasswordTurns,
    private readonly throttle: LoginThrottle,
    private readonly passwords: Passwords,
    private readonly trail: LoginTrail,
  ) {}

  /**
   * @param login user name or e-mail
   * @param address where the request comes from
   * @throws DomainError `invalid_credentials`, the same and after the same work for every reason;
   * `rate_limited`; `login_busy`.
   */
  async check(login: string, password: string, address: string): Promise<UserView> {
    // Folded here and not in SQL: two spellings that find one user must be one key of the throttle.
    const folded = login.toLowerCase();
    return await this.turns.take(async () => {
      await this.throttle.begin(folded, address);
      const user = await this.checkPassword(folded, password, address);
      await this.throttle.succeeded(folded, address);
      return user;
    });
  }

  private async checkPassword(login: string, password: string, address: string): Promise<UserView> {
    const found = await this.findByLogin(login);
    const correct = await this.passwords.verify(password, found?.passwordHash ?? null);
    if (!found || !correct || !found.isActive) {
      this.trail.refused(found, correct ? 'inactive' : 'wrong_password', address);
      throw invalidCredentials();
    }
    const { passwordHash, isActive: _active, ...user } = found;
    if (this.passwords.isOutdated(passwordHash)) {
      await this.rehash(user.id, password, passwordHash);
    }
    return user;
  }

  private async findByLogin(login: string): Promise<UserWithPassword | null> {
    const rows: UserWithPassword[] = await this.dataSource.query(
      `SELECT ${USER_COLUMNS}, u.password_hash AS "passwordHash", u.is_active AS "isActive"
       FROM users u
       WHERE (lower(u.username) = $1 OR lower(u.email) = $1) AND u.password_hash IS NOT NULL`,
      [login],
    );
    // users_login_unambiguous lets at most one row answer to a name.
    return rows[0] ?? null;
  }

  /** Hashes follow the cost of the day, user by user, when the password is at hand. */
  private async rehash(userId: number, password: string, outdated: string): Promise<void> {
    const hash = await this.passwords.hash(password);
    await change(
      this.dataSource,
      `UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2`,
      [userId, outdated, hash],
    );
  }
}
