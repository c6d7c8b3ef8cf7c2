import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/index.js';

/** A paper that somebody holds, and what on it must be as it was when it was handed out. */
export interface SignedPaper {
  /** Distinct word of the room, e.g. `receipt`; its papers are shown at `/receipts/{uuid}`. */
  kind: string;
  uuid: string;
  /** Number, amount, currency …: the signature covers them, in this order. */
  facts: readonly string[];
}

/** 128 bits: beyond guessing, and short enough for a small QR code. */
const SIGNATURE_BYTES = 16;
/** Keeps this key apart from all others that may come of the same secret. */
const PURPOSE = 'malipo paper verification v1';

/**
 * Signs papers, so that whoever holds one can have it checked without a login and nobody can make one up or
 * find another's: HMAC-SHA256 under a key of its own, made of `RECEIPT_SECRET` by HKDF (RFC 5869).
 */
@Injectable()
export class Verification {
  private readonly key: Buffer;
  private readonly publicUrl: string;

  constructor(@Inject(CONFIG) config: Pick<Config, 'publicUrl' | 'receiptSecret'>) {
    this.key = Buffer.from(hkdfSync('sha256', config.receiptSecret, '', PURPOSE, 32));
    this.publicUrl = config.publicUrl;
  }

  /** Address of the public page that verifies the paper, for its QR code. */
  linkTo(paper: SignedPaper): string {
    const signature = this.sign(paper).toString('base64url');
    return `${this.publicUrl}/${paper.kind}s/${paper.uuid}?s=${signature}`;
  }

  /** Whether a caller brought the paper's own signature; takes as long for a wrong one as for the right one. */
  matches(paper: SignedPaper, signature: unknown): boolean {
    if (typeof signature !== 'string' || !/^[\w-]{22}$/.test(signature)) return false;
    const sent = Buffer.from(signature, 'base64url');
    // The last letter has bits to spare: only one spelling counts.
    if (sent.toString('base64url') !== signature) return false;
    return timingSafeEqual(sent, this.sign(paper));
  }

  private sign({ kind, uuid, facts }: SignedPaper): Buffer {
    // JSON keeps the parts apart: ["ab","c"] is not ["a","bc"].
    const text = JSON.stringify([kind, uuid, ...facts]);
    return createHmac('sha256', this.key).update(text).digest().subarray(0, SIGNATURE_BYTES);
  }
}
