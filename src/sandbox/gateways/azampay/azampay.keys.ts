import {
  createPublicKey,
  generateKeyPair,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);
const RSA = { modulusLength: 2048 };

export const KEY_FORMATS = ['Pem', 'Xml'] as const;
export type KeyFormat = (typeof KEY_FORMATS)[number];

/**
 * AzamPay's signing key; a second one, never served, makes signatures that must not pass. That one is made
 * when it is first used: most sandboxes forge nothing, and a key costs as much as the rest of their start.
 */
export class SigningKeys {
  #foreign: KeyObject | undefined;

  private constructor(private current: KeyObject) {}

  static async create(): Promise<SigningKeys> {
    return new SigningKeys(await newKey());
  }

  /** From now on another key signs and is served. */
  async rotate(): Promise<void> {
    this.current = await newKey();
  }

  publicKey(format: KeyFormat): string {
    const key = createPublicKey(this.current);
    if (format === 'Pem') return key.export({ type: 'spki', format: 'pem' }).toString();
    const { n = '', e = '' } = key.export({ format: 'jwk' });
    const part = (value: string): string => Buffer.from(value, 'base64url').toString('base64');
    return `<RSAKeyValue><Modulus>${part(n)}</Modulus><Exponent>${part(e)}</Exponent></RSAKeyValue>`;
  }

  /** Base64 of RSA, SHA-256, PKCS#1 v1.5 (node's default padding) over the UTF-8 bytes. */
  sign(text: string): string {
    return sign('sha256', Buffer.from(text, 'utf8'), this.current).toString('base64');
  }

  signWrongly(text: string): string {
    this.#foreign ??= generateKeyPairSync('rsa', RSA).privateKey;
    return sign('sha256', Buffer.from(text, 'utf8'), this.#foreign).toString('base64');
  }
}

async function newKey(): Promise<KeyObject> {
  const { privateKey } = await generate('rsa', RSA);
  return privateKey;
}
