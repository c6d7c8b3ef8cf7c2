import { Injectable } from '@nestjs/common';
import { LoginThrottle } from '../login/login-throttle.service.js';
import type { Profile } from '../user.types.js';
import { Registrations, type NewUser } from './registrations.service.js';

/** People who make themselves customers, over the network and without a log-in. */
@Injectable()
export class SelfRegistrations {
  constructor(
    private readonly throttle: LoginThrottle,
    private readonly registrations: Registrations,
  ) {}

  /**
   * Somebody makes themselves a customer of the default account.
   * @throws DomainError as `Registrations.enrol`; `rate_limited` per address.
   */
  async register(newUser: NewUser, address: string): Promise<Profile> {
    await this.throttle.registering(address);
    return await this.registrations.enrol(newUser, 'customer', null);
  }
}
