import { Injectable } from '@nestjs/common';
import { addressKey, RateLimits } from '../../http/index.js';

/**
 * Failed log-ins per name and per address. A try is counted before its password is looked at and given
 * back when that was right, so that tries sent together are counted like tries sent in turn. Names are
 * counted as they are typed, whether or not there is such a user: a count that only users have would
 * tell who is one.
 */
@Injectable()
export class LoginThrottle {
  constructor(private readonly limits: RateLimits) {}

  /** The address first: who is refused for that cannot use up anybody's tries. */
  async begin(login: string, address: string): Promise<void> {
    await this.limits.consume('login_address', addressKey(address));
    await this.limits.consume('login_account', login);
  }

  async succeeded(login: string, address: string): Promise<void> {
    await this.limits.reset('login_account', login);
    await this.limits.reward('login_address', addressKey(address));
  }

  /** A registration costs as much work as a log-in and tells which addresses are taken. */
  async registering(address: string): Promise<void> {
    await this.limits.consume('login_address', `register ${addressKey(address)}`);
  }
}
