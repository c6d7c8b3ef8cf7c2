import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AuditsModule } from '../audits/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { AccessGuard } from './access.guard.js';
import { AccessTokens } from './access-tokens.service.js';
import { AuthController } from './auth.controller.js';
import { Callers } from './callers.service.js';
import { Credentials } from './credentials.service.js';
import { ExternalTokens } from './external-tokens.service.js';
import { ExternalUsers } from './external-users.service.js';
import { LoginThrottle } from './login-throttle.service.js';
import { LoginTrail } from './login-trail.service.js';
import { OwnLoginsGuard } from './own-logins.guard.js';
import { PasswordTurns } from './password-turns.service.js';
import { Passwords } from './passwords.service.js';
import { Profiles } from './profiles.service.js';
import { RefreshTokens } from './refresh-tokens.service.js';
import { Registrations } from './registrations.service.js';
import { RoutePolicies } from './route-policies.service.js';
import { Sessions } from './sessions.service.js';
import { TOKEN_VERIFIER, type TokenVerifier } from './token-verifier.port.js';
import { Users } from './users.service.js';

@Module({
  imports: [AuditsModule, DiscoveryModule],
  controllers: [AuthController],
  providers: [
    AccessTokens,
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
