import { Injectable } from '@nestjs/common';
import { Transactions } from '../../database/index.js';
import { AccessTokens } from '../access/access-tokens.service.js';
import { Credentials } from './credentials.service.js';
import { invalidCredentials, invalidRefreshToken, refreshTokenReused } from '../identity.errors.js';
import { LoginTrail } from './login-trail.service.js';
import { RefreshTokens } from './refresh-tokens.service.js';
import { principalOf } from '../user.types.js';

export interface TokenPair {
  readonly access: string;
  readonly refresh: string;
}

/** Logging in, staying logged in, logging out. */
@Injectable()
export class Sessions {
  constructor(
    private readonly credentials: Credentials,
    private readonly transactions: Transactions,
    private readonly refreshTokens: RefreshTokens,
    private readonly accessTokens: AccessTokens,
    private readonly trail: LoginTrail,
  ) {}

  /** @throws DomainError as `Credentials.check`. */
  async logIn(login: string, password: string, address: string): Promise<TokenPair> {
    const user = await this.credentials.check(login, password, address);
    const refresh = await this.transactions.run(async (manager) => {
      await this.refreshTokens.forgetExpired(manager, user.id);
      const token = await this.refreshTokens.begin(manager, user.id);
      if (token) await this.trail.loggedIn(manager, user, address);
      return token;
    });
    if (!refresh) throw invalidCredentials();
    return { access: await this.accessTokens.issue(principalOf(user)), refresh };
  }

  /**
   * A new pair for a refresh token, with the user's role and account as they are now.
   * @throws DomainError `invalid_refresh_token`; `refresh_token_reused`, which has ended the login.
   */
  async refresh(token: string, address: string): Promise<TokenPair> {
    const rotation = await this.transactions.run(async (manager) => {
      const result = await this.refreshTokens.rotate(manager, token);
      if (result.outcome === 'reused' && result.revoked) {
        await this.trail.refreshReused(manager, result.revoked, address);
      }
      return result;
    });
    // Refused only here, after the commit: what the refusal rests on must not be rolled back with it.
    if (rotation.outcome === 'reused') throw refreshTokenReused();
    if (rotation.outcome === 'refused') throw invalidRefreshToken();
    const access = await this.accessTokens.issue(principalOf(rotation.user));
    return { access, refresh: rotation.token };
  }

  /** Ends the login of `token`. Whatever else is sent has no login, which is what was wanted. */
  async logOut(token: string): Promise<void> {
    await this.transactions.run(async (manager) => {
      const ended = await this.refreshTokens.revoke(manager, token, 'logout');
      if (ended) await this.trail.loggedOut(manager, ended);
    });
  }
}
