import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AuditsModule } from '../audits/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { AccessGuard } from './access/access.guard.js';
import { AccessTokens } from './access/access-tokens.service.js';
import { Accounts } from './profiles/accounts.service.js';
import { AuthController } from './api/auth.controller.js';
import { Callers } from './access/callers.service.js';
import { Credentials } from './login/credentials.service.js';
import { ExternalTokens } from './external/external-tokens.service.js';
import { ExternalUsers } from './external/external-users.service.js';
import { LoginThrottle } from './login/login-throttle.service.js';
import { LoginTrail } from './login/login-trail.service.js';
import { OwnLoginsGuard } from './api/own-logins.guard.js';
import { PasswordTurns } from './login/password-turns.service.js';
import { Passwords } from './login/passwords.service.js';
import { Profiles } from './profiles/profiles.service.js';
import { RefreshTokens } from './login/refresh-tokens.service.js';
import { Registrations } from './profiles/registrations.service.js';
import { RoutePolicies } from './access/route-policies.service.js';
import { SelfRegistrations } from './profiles/self-registrations.service.js';
import { Sessions } from './login/sessions.service.js';
import { TOKEN_VERIFIER, type TokenVerifier } from './access/token-verifier.port.js';
import { Users } from './users.service.js';

@Module({
  imports: [AuditsModule, DiscoveryModule],
  controllers: [AuthController],
  providers: [
    AccessTokens,
    Accounts,
    Callers,
    Credentials,
    ExternalUsers,
    LoginThrottle,
    LoginTrail,
    OwnLoginsGuard,
    Passwords,
    PasswordTurns,
    Profiles,
    RefreshTokens,
    Registrations,
    RoutePolicies,
    SelfRegistrations,
    Sessions,
    Users,
    {
      provide: TOKEN_VERIFIER,
      inject: [CONFIG, AccessTokens, ExternalUsers],
      useFactory: (config: Config, own: AccessTokens, users: ExternalUsers): TokenVerifier =>
        config.auth.jwks ? new ExternalTokens(config, users) : own,
    },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [Registrations, Users],
})
export class IdentityModule {}
