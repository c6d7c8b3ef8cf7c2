import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { fieldRefused } from '../identity.errors.js';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** OWASP's password storage cheat sheet: N=2^15, r=8, p=3 equals 2^17, 8, 1 with a quarter of the memory. */
const COST = { log2N: 15, r: 8, p: 3 } as const;
const PREFIX = `scrypt$ln=${COST.log2N},r=${COST.r},p=${COST.p}$`;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const FORM = /^scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]+)\$([\w-]+)$/;

const MIN_LENGTH = 10;
export const MAX_PASSWORD_LENGTH = 200;
const MIN_DISTINCT = 5;

/** Password hashes: `scrypt$ln=15,r=8,p=3$<salt>$<key>`, both base64url. Made in a turn (`PasswordTurns`). */
@Injectable()
export class Passwords {
  /** Of the current cost and of no password at all: what is verified where there is no hash. */
  private readonly decoy = encode(randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));

  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return encode(salt, await deriveKey(password, salt, KEY_BYTES, COST));
  }

  /**
   * Null stands for a user who does not exist or has no password: the work is done all the same, so
   * that the time an answer takes does not tell who is a user.
   */
  async verify(password: string, hash: string | null): Promise<boolean> {
    const [, log2N, r, p, salt, key] =
      FORM.exec(hash ?? this.decoy) ?? fail('a password hash in the database has an unknown form');
    const expected = Buffer.from(key ?? '', 'base64url');
    const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
    const actual = await deriveKey(
      password,
      Buffer.from(salt ?? '', 'base64url'),
      expected.length,
      cost,
    );
    return timingSafeEqual(actual, expected) && hash !== null;
  }

  /** True for hashes made at another cost than today's: hash again while the password is at hand. */
  isOutdated(hash: string): boolean {
    return !hash.startsWith(PREFIX);
  }

  /**
   * Length counts most; a name as password, or one letter repeated, is no password.
   * @throws DomainError `weak_password` that names the field.
   */
  assertAcceptable(password: string, names: readonly string[]): void {
    const refuse = (message: string): never => {
      throw fieldRefused('password', 'weak_password', message);
    };
    const { length } = password;
    if (length < MIN_LENGTH) refuse(`must have at least ${MIN_LENGTH} characters`);
    if (length > MAX_PASSWORD_LENGTH) {
      refuse(`must have at most ${MAX_PASSWORD_LENGTH} characters`);
    }
    if (new Set(password).size < MIN_DISTINCT) {
      refuse(`must have at least ${MIN_DISTINCT} different characters`);
    }
    const lowered = password.toLowerCase();
    if (names.some((name) => name.toLowerCase() === lowered)) {
      refuse('must not be your name or address');
    }
  }
}

interface Cost {
  log2N: number;
  r: number;
  p: number;
}

async function deriveKey(
  password: string,
  salt: Buffer,
  bytes: number,
  cost: Cost,
): Promise<Buffer> {
  const { r, p } = cost;
  const N = 2 ** cost.log2N;
  // The same password typed on another keyboard may compose its accents differently.
  return await derive(password.normalize('NFKC'), salt, bytes, { N, r, p, maxmem: 256 * N * r });
}

function encode(salt: Buffer, key: Buffer): string {
  return `${PREFIX}${salt.toString('base64url')}$${key.toString('base64url')}`;
}

function fail(message: string): never {
  throw new Error(message);
}
