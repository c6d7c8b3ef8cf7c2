import { Logger } from '@nestjs/common';
import { anAuditEntry, anAuditTrail, type AuditTrail } from '../support/audits.js';

describe('a sealed audit trail', () => {
  let trail: AuditTrail;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    trail = await anAuditTrail();
  });
  afterAll(async () => {
    Logger.overrideLogger(['log', 'warn', 'error']);
    await trail.database.drop();
  });

  beforeEach(async () => {
    await trail.reset();
    await trail.append(...[1, 2, 3, 4, 5, 6].map((id) => anAuditEntry(id)));
    await trail.sealAll();
  });

  const SWAP_SEALS = (column: string): string => `
      UPDATE audit_seals SET ${column} = 999 WHERE ${column} = 3;
      UPDATE audit_seals SET ${column} = 3 WHERE ${column} = 4;
      UPDATE audit_seals SET ${column} = 4 WHERE ${column} = 999`;
  const UNSEALED_ENTRY = `
      INSERT INTO audit_entries (account_id, actor_label, actor_role, action, object_type, object_id, at)
      VALUES (1, 'system', 'system', 'payment.completed', 'payment', 99, now() - interval '1 hour')`;

  it.each([
    [
      'an entry altered',
      `UPDATE audit_entries SET changes = '{}' WHERE id = 3`,
      3,
      3,
      'entry_altered',
    ],
    [
      'its time',
      `UPDATE audit_entries SET at = at + interval '1 us' WHERE id = 3`,
      3,
      3,
      'entry_altered',
    ],
    ['its actor', 'UPDATE audit_entries SET actor_id = 9 WHERE id = 3', 3, 3, 'entry_altered'],
    ['its account', 'UPDATE audit_entries SET account_id = 2 WHERE id = 3', 3, 3, 'entry_altered'],
    [
      'the last entry altered',
      `UPDATE audit_entries SET action = 'a.b' WHERE id = 6`,
      6,
      6,
      'entry_altered',
    ],
    ['an entry removed', 'DELETE FROM audit_entries WHERE id = 3', 3, 3, 'entry_removed'],
    ['the last entry removed', 'DELETE FROM audit_entries WHERE id = 6', 6, 6, 'entry_removed'],
    [
      'a hash altered',
      `UPDATE audit_seals SET hash = sha256('x') WHERE seq = 3`,
      3,
      3,
      'seal_altered',
    ],
    [
      'a link altered',
      `UPDATE audit_seals SET prev_hash = sha256('x') WHERE seq = 3`,
      3,
      3,
      'seal_altered',
    ],
    ['a seal removed', 'DELETE FROM audit_seals WHERE seq = 3', 3, 3, 'seal_removed'],
    ['the first seal removed', 'DELETE FROM audit_seals WHERE seq = 1', 1, 1, 'seal_removed'],
    [
      'seal and entry removed',
      'DELETE FROM audit_seals WHERE seq = 3; DELETE FROM audit_entries WHERE id = 3',
      null,
      3,
      'seal_removed',
    ],
    ['the last seal cut off', 'DELETE FROM audit_seals WHERE seq = 6', 6, null, 'entry_unsealed'],
    ['two seals exchanged', SWAP_SEALS('seq'), 4, 3, 'order_changed'],
    ['two entries exchanged', SWAP_SEALS('entry_id'), 4, 3, 'order_changed'],
    ['a seal renumbered', 'UPDATE audit_seals SET seq = 9 WHERE seq = 3', null, 3, 'seal_removed'],
    ['an entry slipped in unsealed', UNSEALED_ENTRY, 7, null, 'entry_unsealed'],
    [
      'an entry kept from the sealer',
      `${UNSEALED_ENTRY}; INSERT INTO audit_unsealed VALUES (7)`,
      7,
      null,
      'entry_unsealed_too_long',
    ],
    [
      'an entry removed before its seal',
      'INSERT INTO audit_unsealed VALUES (7)',
      7,
      null,
      'entry_removed',
    ],
  ])('%s', async (_what, sql, entryId, seq, reason) => {
    await trail.tamper(sql);
    const { broken } = await trail.verifier.verify();
    expect(broken).toEqual({
      entryId: entryId === null ? null : String(entryId),
      seq: seq === null ? null : String(seq),
      reason,
    });
  });

  it('the first of several', async () => {
    await trail.tamper(
      `UPDATE audit_entries SET object_id = 77 WHERE id = 5`,
      `UPDATE audit_entries SET object_id = 77 WHERE id = 2`,
    );
    await expect(trail.verifier.verify()).resolves.toMatchObject({
      checked: 1,
      broken: { entryId: '2', seq: '2', reason: 'entry_altered' },
    });
  });

  it('and a chain that was rewritten as a whole, by a head that was noted before', async () => {
    const { head } = await trail.verifier.verify();
    await expect(trail.verifier.verify(head)).resolves.toMatchObject({ broken: null });
    await trail.tamper(
      'DELETE FROM audit_seals',
      `UPDATE audit_entries SET object_id = 77 WHERE id = 2`,
      'INSERT INTO audit_unsealed SELECT id FROM audit_entries',
    );
    expect(await trail.sealAll()).toBe(6);
    await expect(trail.verifier.verify()).resolves.toMatchObject({ checked: 6, broken: null });
    await expect(trail.verifier.verify(head)).resolves.toMatchObject({
      broken: { entryId: null, seq: '6', reason: 'head_differs' },
    });
  });

  it('across the portions in which a long chain is read', async () => {
    await trail.append(...Array.from({ length: 2_500 }, (_, index) => anAuditEntry(index + 7)));
    await trail.sealAll();
    await expect(trail.verifier.verify()).resolves.toMatchObject({ checked: 2_506, broken: null });
    await trail.tamper(`UPDATE audit_entries SET object_id = 1 WHERE id = 2001`);
    await expect(trail.verifier.verify()).resolves.toMatchObject({
      checked: 2_000,
      broken: { entryId: '2001', seq: '2001', reason: 'entry_altered' },
    });
  });
});
