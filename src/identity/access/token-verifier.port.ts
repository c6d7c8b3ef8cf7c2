import type { Principal } from '../../common/index.js';

export interface VerifiedToken {
  readonly principal: Principal;
  /** Unix milliseconds until which the principal may be believed without asking again. */
  readonly validUntilMs: number;
}

/** Whoever vouches for callers: ourselves, or the deployment's identity provider. */
export interface TokenVerifier {
  /** @throws DomainError `unauthenticated` for a token that proves nothing. */
  verify(token: string): Promise<VerifiedToken>;
}

/** Injection token of the one `TokenVerifier` of this deployment. */
export const TOKEN_VERIFIER = Symbol('TOKEN_VERIFIER');
