import type { JWTPayload } from 'jose';
import { DomainError, normalisePhone, parseObjectId, ROLES } from '../../common/index.js';
import type { ObjectId, Role } from '../../common/index.js';
import type { Config } from '../../config/index.js';
import { PHONE_CURRENCY } from '../user.types.js';

export type ClaimNames = NonNullable<Config['auth']['jwks']>['claims'];

/** What an identity provider says about a user; null: it says nothing, or nothing usable. */
export interface ExternalIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly issuedAt: Date;
  readonly username: string | null;
  readonly email: string | null;
  /** Only then may the address tie the token to a user who was here before. */
  readonly emailVerified: boolean;
  readonly name: string | null;
  readonly phone: string | null;
  readonly role: Role | null;
  /** Undefined: no account claim, so the default account. Null: a claim that can name no account. */
  readonly account: ObjectId | null | undefined;
}

/** Reads the claims of a verified token by the names that this deployment's settings give them. */
export function readClaims(payload: JWTPayload, names: ClaimNames): ExternalIdentity {
  const account = claim(payload, names.account);
  return {
    issuer: payload.iss ?? '',
    subject: payload.sub ?? '',
    issuedAt: new Date((payload.iat ?? 0) * 1000),
    username: text(claim(payload, names.username), 254),
    email: emailOf(claim(payload, names.email)),
    emailVerified: payload.email_verified === true,
    name: text(claim(payload, names.name), 200),
    phone: phoneOf(claim(payload, names.phone)),
    role: roleOf(claim(payload, names.role)),
    account:
      account === undefined || account === null
        ? undefined
        : typeof account === 'string' || typeof account === 'number'
          ? parseObjectId(account)
          : null,
  };
}

/** A claim by its name, or by its path (`realm_access.roles`) where no claim has that whole name. */
function claim(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  let value: unknown = payload;
  for (const step of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** Trimmed and without control characters, which PostgreSQL and logs would stumble over. */
function text(value: unknown, maxLength: number): string | null {
  if (typeof value !== 'string') return null;
  const clean = value.replaceAll(/\p{Cc}/gu, '').trim();
  return clean.length > 0 && clean.length <= maxLength ? clean : null;
}

function emailOf(value: unknown): string | null {
  const email = text(value, 254)?.toLowerCase();
  return email && /^[^@\s]+@[^@\s]+$/.test(email) ? email : null;
}

function phoneOf(value: unknown): string | null {
  const phone = text(value, 40);
  try {
    return phone && normalisePhone(phone, PHONE_CURRENCY);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

/** A role, or a list with roles among other words; of several of ours the last in `ROLES` counts. */
function roleOf(value: unknown): Role | null {
  const words = Array.isArray(value) ? value : [value];
  return ROLES.findLast((role) => words.includes(role)) ?? null;
}
