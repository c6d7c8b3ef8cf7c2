import { Inject, Injectable } from '@nestjs/common';
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { CONFIG, type Config } from '../../config/index.js';
import { readClaims, type ClaimNames } from './external-claims.mapper.js';
import { ExternalUsers } from './external-users.service.js';
import { identityProviderUnavailable, invalidAccessToken } from '../identity.errors.js';
import type { TokenVerifier, VerifiedToken } from '../access/token-verifier.port.js';
import { principalOf } from '../user.types.js';

/** Public-key signatures only: with HS256 here, the published key would be the secret. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const CLOCK_TOLERANCE_S = 5;
const FETCH_TIMEOUT_MS = 5_000;
/** How long a user's row is believed before it is compared again: a deactivation works after this. */
const BELIEVED_MS = 3 * 60_000;

/** Tokens of the deployment's own identity provider, checked with the keys it publishes. */
@Injectable()
export class ExternalTokens implements TokenVerifier {
  private readonly keys: JWTVerifyGetKey;
  private readonly claims: ClaimNames;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: ExternalUsers,
  ) {
    const { jwks } = config.auth;
    if (!jwks) throw new Error('ExternalTokens needs config.auth.jwks (JWT_JWKS_URL)');
    this.claims = jwks.claims;
    this.keys = keysOf(jwks.url);
  }

  /**
   * @throws DomainError `invalid_token`; `external_user_refused`; `identity_provider_unavailable` when
   * the keys cannot be had, which says nothing about the token.
   */
  async verify(token: string): Promise<VerifiedToken> {
    const { issuer, audience } = this.config.auth;
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.keys, {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: ['sub', 'exp', 'iat'],
      });
      // RFC 9068 wants at+jwt, most providers still write JWT; anything else is another kind of token.
      if (!/^(application\/)?(at\+)?jwt$/i.test(protectedHeader.typ ?? 'JWT')) {
        throw invalidAccessToken();
      }
      const user = await this.users.sync(readClaims(payload, this.claims));
      const expiresAtMs = (payload.exp ?? 0) * 1000;
      return {
        principal: principalOf(user),
        validUntilMs: Math.min(expiresAtMs, Date.now() + BELIEVED_MS),
      };
    } catch (error) {
      throw error instanceof errors.JOSEError ? invalidAccessToken(error) : error;
    }
  }
}

/** The provider's keys, fetched when first needed and again every 10 minutes or for a new key id. */
function keysOf(url: string): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(new URL(url), { timeoutDuration: FETCH_TIMEOUT_MS });
  return async (header, token) => {
    try {
      return await remote(header, token);
    } catch (error) {
      const tokenIsWrong =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported;
      throw tokenIsWrong ? error : identityProviderUnavailable(error);
    }
  };
}
