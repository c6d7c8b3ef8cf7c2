import { Inject, Injectable, type CanActivate } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/index.js';
import { loginsAreElsewhere } from '../identity.errors.js';

/** Where an identity provider logs users in, our own way to log in does not exist: 404, naming the issuer. */
@Injectable()
export class OwnLoginsGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  canActivate(): boolean {
    const { jwks, issuer } = this.config.auth;
    if (jwks) throw loginsAreElsewhere(issuer);
    return true;
  }
}
