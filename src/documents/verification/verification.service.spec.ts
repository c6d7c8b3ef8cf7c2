import { createHmac } from 'node:crypto';
import { type SignedPaper, Verification } from './verification.service.js';

const config = { publicUrl: 'https://pay.example.com', receiptSecret: 'x'.repeat(40) };
const verification = new Verification(config);
const PAPER: SignedPaper = {
  kind: 'receipt',
  uuid: '3f0c9c1e-6c55-4a6e-9f0b-0f4f7b8f2d11',
  facts: ['RCT-2026-000001', '5000000', 'TZS'],
};
const signatureOf = (paper: SignedPaper, from = verification): string =>
  new URL(from.linkTo(paper)).searchParams.get('s') ?? '';

describe('the signature of a paper', () => {
  it('is in the address of its page, the same every time', () => {
    const link = verification.linkTo(PAPER);
    expect(link).toMatch(
      /^https:\/\/pay\.example\.com\/receipts\/3f0c9c1e-6c55-4a6e-9f0b-0f4f7b8f2d11\?s=[\w-]{22}$/,
    );
    expect(new Verification(config).linkTo(PAPER)).toBe(link);
    expect(verification.matches(PAPER, signatureOf(PAPER))).toBe(true);
  });

  it.each<[string, Partial<SignedPaper>]>([
    ['another paper', { uuid: '3f0c9c1e-6c55-4a6e-9f0b-0f4f7b8f2d12' }],
    ['another kind of paper', { kind: 'invoice' }],
    ['another amount', { facts: ['RCT-2026-000001', '5000001', 'TZS'] }],
    ['another currency', { facts: ['RCT-2026-000001', '5000000', 'KES'] }],
    ['facts that only read alike', { facts: ['RCT-2026-0000015000000', 'TZS'] }],
  ])('does not fit %s', (_, changes) => {
    expect(verification.matches({ ...PAPER, ...changes }, signatureOf(PAPER))).toBe(false);
  });

  it('does not fit under another secret', () => {
    const other = new Verification({ ...config, receiptSecret: 'y'.repeat(40) });
    expect(other.matches(PAPER, signatureOf(PAPER))).toBe(false);
  });

  it('is refused in any other spelling', () => {
    const right = signatureOf(PAPER);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const spellings = Array.from(letters, (letter) => right.slice(0, -1) + letter);
    expect(spellings.filter((text) => verification.matches(PAPER, text))).toEqual([right]);
    for (const wrong of [
      '',
      right.slice(1),
      `${right}=`,
      `${right}A`,
      ` ${right}`,
      null,
      [right],
    ]) {
      expect(verification.matches(PAPER, wrong)).toBe(false);
    }
  });

  it('is not made with the secret itself', () => {
    const text = JSON.stringify([PAPER.kind, PAPER.uuid, ...PAPER.facts]);
    const plain = createHmac('sha256', config.receiptSecret).update(text).digest();
    expect(plain.subarray(0, 16).toString('base64url')).not.toBe(signatureOf(PAPER));
  });
});
