import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { jwtVerify, SignJWT, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { ROLES, type Principal, type Role } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { invalidAccessToken } from '../identity.errors.js';
import type { TokenVerifier, VerifiedToken } from './token-verifier.port.js';

const ALGORITHM = 'HS256';
/** RFC 9068: the header says what a token is for, so that no other JWT of ours passes as one. */
const TYPE = 'at+jwt';

/** Our own access tokens: they carry all that the guard needs, so that no request asks the database. */
@Injectable()
export class AccessTokens implements TokenVerifier {
  /** Prepared once: reading the secret anew for every token would cost more than the rest of a request. */
  private readonly key: KeyObject;
  private readonly expected: JWTVerifyOptions;

  constructor(@Inject(CONFIG) private readonly config: Config) {
    const { jwtSecret, issuer, audience, jwks } = config.auth;
    // Where an identity provider issues the tokens, the secret may be unset: then nobody has the key.
    this.key = createSecretKey(jwks ? randomBytes(32) : Buffer.from(jwtSecret, 'utf8'));
    this.expected = {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer,
      audience,
      requiredClaims: ['sub', 'exp', 'iat', 'nbf'],
    };
  }

  /** Valid for `config.auth.accessTtlS`; it cannot be called back before that. */
  async issue(principal: Principal): Promise<string> {
    const { issuer, audience, accessTtlS } = this.config.auth;
    const now = Math.floor(Date.now() / 1000);
    const { userId, uuid, accountId, role, username } = principal;
    return await new SignJWT({ uid: userId, acc: accountId, role, username })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setSubject(uuid)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + accessTtlS)
      .sign(this.key);
  }

  /** @throws DomainError `invalid_token`. */
  async verify(token: string): Promise<VerifiedToken> {
    try {
      const { payload } = await jwtVerify(token, this.key, this.expected);
      return { principal: read(payload), validUntilMs: (payload.exp ?? 0) * 1000 };
    } catch (error) {
      throw invalidAccessToken(error);
    }
  }
}

function read(payload: JWTPayload): Principal {
  const { sub, uid, acc, role, username } = payload;
  if (
    typeof sub !== 'string' ||
    typeof uid !== 'number' ||
    typeof acc !== 'number' ||
    typeof username !== 'string' ||
    !isRole(role)
  ) {
    throw new Error('a signed token lacks our claims');
  }
  return { userId: uid, uuid: sub, accountId: acc, role, username };
}

export function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value);
}
