import { createHash } from 'node:crypto';
import { ENTRY_COLUMNS, type EntryText, GENESIS_HASH, sealHash } from './seal.hash.js';

const position = { seq: 1n, prevHash: GENESIS_HASH, sealedAt: '2026-01-23T05:12:01.000000Z' };
const entry: EntryText = {
  id: '1',
  account_id: '1',
  at: '2026-01-23T05:12:00.123456Z',
  actor_id: null,
  actor_label: 'gateway:azampay',
  actor_role: 'gateway',
  action: 'payment.completed',
  object_type: 'payment',
  object_id: '69',
  payment_id: '69',
  changes: '{"note": "é"}',
  request_id: null,
};

describe('sealHash', () => {
  it('is SHA-256 over netstrings, as anybody can recompute it', () => {
    const bytes =
      `14:malipo-audit-1,64:${'0'.repeat(64)},1:1,27:2026-01-23T05:12:01.000000Z,` +
      '1:1,1:1,27:2026-01-23T05:12:00.123456Z,-,15:gateway:azampay,7:gateway,17:payment.completed,' +
      '7:payment,2:69,2:69,14:{"note": "é"},-,';
    expect(sealHash(position, entry)).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it.each(ENTRY_COLUMNS)('changes with %s, and tells NULL from an empty text', (column) => {
    const hashes = [entry[column], null, '', 'other'].map((value) =>
      sealHash(position, { ...entry, [column]: value }),
    );
    const distinct = entry[column] === null ? 3 : 4;
    expect(new Set(hashes).size).toBe(distinct);
  });

  it('changes with the position', () => {
    const hashes = [
      position,
      { ...position, seq: 2n },
      { ...position, prevHash: 'f'.repeat(64) },
      { ...position, sealedAt: '2026-01-23T05:12:01.000001Z' },
    ].map((other) => sealHash(other, entry));
    expect(new Set(hashes).size).toBe(4);
  });

  it('keeps apart what moves from one column into the next', () => {
    const moved = { ...entry, object_type: 'paymen', object_id: 't69' };
    expect(sealHash(position, moved)).not.toBe(sealHash(position, entry));
  });
});
