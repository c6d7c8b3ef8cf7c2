import { randomUUID } from 'node:crypto';
import { DomainError, type DomainErrorKind } from '../../src/common/index.js';
import { Claims } from '../../src/http/idempotency/claims.service.js';
import { ReplayedAnswer } from '../../src/http/idempotency/replayed.answer.js';
import { Sweeper } from '../../src/http/server/sweeper.service.js';
import { behaviour, deferred, openHttpRoom, type HttpRoom } from '../support/http-room.js';
import { waitFor } from '../support/wait.js';

interface ClaimRow {
  id: string;
  scope: string;
  fence: number;
  status: number | null;
  locked: boolean;
  fingerprint: Buffer | null;
}

describe('idempotency keys', () => {
  let room: HttpRoom;
  let runs: (string | null)[];

  beforeAll(async () => {
    room = await openHttpRoom({ IDEMPOTENCY_LOCK_S: '60' });
  });
  afterAll(() => room.close());
  beforeEach(() => {
    runs = [];
    behaviour.work = (claimId) => {
      runs.push(claimId);
      return { run: runs.length, claim: claimId };
    };
  });

  const create = (key: string | null, json: unknown = { amount: '5' }, headers = {}) =>
    room.call('/api/v1/widgets/', {
      json,
      headers: { ...(key === null ? {} : { 'idempotency-key': key }), ...headers },
    });

  async function claimOf(key: string): Promise<ClaimRow> {
    const rows: ClaimRow[] = await room.database.dataSource.query(
      `SELECT id, scope, fence, status, fingerprint, locked_until > now() AS locked
       FROM idempotency_claims WHERE key = $1`,
      [key],
    );
    expect(rows).toHaveLength(1);
    return rows[0] as ClaimRow;
  }

  it('are optional', async () => {
    const answers = await Promise.all([create(null), create(null)]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(runs).toEqual([null, null]);
  });

  it('replay the first answer byte for byte', async () => {
    const key = randomUUID();
    behaviour.work = (claimId) => ({ z: 1, text: '“😀”', claimId, at: new Date(), n: 1.5 });
    const first = await create(key);
    const bytes = await first.text();
    expect(first.status).toBe(201);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(JSON.parse(bytes)).toMatchObject({ claimId: (await claimOf(key)).id });
    for (const path of ['/api/v1/widgets/', '/api/v1/widgets']) {
      const again = await room.call(path, {
        json: { amount: '5' },
        headers: { 'idempotency-key': key },
      });
      expect(again.status).toBe(201);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
      expect(await again.text()).toBe(bytes);
    }
  });

  it('run the work once for ten callers at a time', async () => {
    for (let round = 0; round < 20; round += 1) {
      const key = randomUUID();
      runs = [];
      const answers = await Promise.all(Array.from({ length: 10 }, () => create(key)));
      const bodies = await Promise.all(answers.map((answer) => answer.text()));
      expect(runs).toHaveLength(1);
      const created = bodies.filter((_, index) => answers[index]?.status === 201);
      expect(created.length).toBeGreaterThanOrEqual(1);
      expect(new Set(created).size).toBe(1);
      for (const [index, answer] of answers.entries()) {
        if (answer.status === 201) continue;
        expect(answer.status).toBe(409);
        expect(answer.headers.get('retry-after')).toBe('1');
        expect(JSON.parse(bodies[index] ?? '')).toMatchObject({ code: 'idempotency_in_progress' });
      }
    }
  });

  it('are neither done again nor lost when what is there for them cannot be read', async () => {
    const key = randomUUID();
    const bytes = await (await create(key)).text();
    const rename = 'ALTER TABLE idempotency_claims RENAME COLUMN';
    await room.database.asOwner(`${rename} body TO hidden`);
    const { status } = await create(key);
    await room.database.asOwner(`${rename} hidden TO body`);
    expect(status).toBe(500);
    expect(await (await create(key)).text()).toBe(bytes);
    expect(runs).toHaveLength(1);
  });

  it('refuse another body or query, and know an equal one in another order', async () => {
    const key = randomUUID();
    await create(key, { amount: '5', notes: 'a' });
    const equal = await create(key, { notes: 'a', amount: '5' });
    expect(equal.headers.get('idempotent-replayed')).toBe('true');
    const other = await create(key, { amount: '6', notes: 'a' });
    expect(other.status).toBe(422);
    expect(await other.json()).toMatchObject({ code: 'idempotency_key_reused' });
    const query = await room.call('/api/v1/widgets/?x=1', {
      json: { amount: '5', notes: 'a' },
      headers: { 'idempotency-key': key },
    });
    expect(query.status).toBe(422);
    expect(runs).toHaveLength(1);
  });

  it('belong to their caller and route', async () => {
    const key = randomUUID();
    await create(key);
    const other = await create(key, { amount: '5' }, { 'x-user': '8' });
    expect(other.headers.get('idempotent-replayed')).toBeNull();
    const booking = randomUUID();
    await room.call('/api/payments/initiate/', {
      json: { booking_id: booking },
      headers: { 'idempotency-key': key },
    });
    expect(runs).toHaveLength(3);
    expect(new Set(runs).size).toBe(3);
  });

  it('may be quoted', async () => {
    await create('say "hi" \\ there');
    const again = await create('"say \\"hi\\" \\\\ there"');
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it.each(['', '""', 'x'.repeat(256), 'caf\u00e9'])('may not be %j', async (key) => {
    const response = await create(key);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: { 'Idempotency-Key': [expect.any(String)] },
    });
    expect(runs).toEqual([]);
  });

  it('mean the same in the header and in the body field', async () => {
    const booking_id = randomUUID();
    const initiate = (json: object, headers = {}) =>
      room.call('/api/payments/initiate/', { json, headers });
    const key = randomUUID();
    const first = await initiate({ booking_id, idempotency_key: key });
    const again = await initiate({ booking_id }, { 'idempotency-key': key });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await again.text()).toBe(await first.text());
    const unknown = await initiate({ booking_id, idempotency_key: key, sent_at: Date.now() });
    expect(unknown.headers.get('idempotent-replayed')).toBe('true');
    const differing = await initiate(
      { booking_id, idempotency_key: key },
      { 'idempotency-key': 'k2' },
    );
    expect(differing.status).toBe(400);
  });

  it('of guests belong to what they pay', async () => {
    const key = randomUUID();
    const guest = (booking_id: string) =>
      fetch(`${room.url}/api/payments/initiate/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ booking_id }),
      });
    const [one, two] = [randomUUID(), randomUUID()];
    await guest(one);
    expect((await guest(two)).headers.get('idempotent-replayed')).toBeNull();
    expect((await guest(one)).headers.get('idempotent-replayed')).toBe('true');
    expect(runs).toHaveLength(2);
  });

  describe('after a refusal', () => {
    const refuse = (kind: DomainErrorKind, retryAfterS?: number) => {
      behaviour.work = (claimId) => {
        runs.push(claimId);
        throw new DomainError(kind, 'refusal', 'No', {
          retryAfterS,
          details: `run ${runs.length}`,
        });
      };
    };

    it.each<[DomainErrorKind, number]>([
      ['refused', 400],
      ['not_found', 404],
      ['conflict', 409],
    ])('replay a final one: %s', async (kind, status) => {
      const key = randomUUID();
      refuse(kind);
      const first = await create(key);
      const bytes = await first.text();
      const again = await create(key);
      expect([first.status, again.status]).toEqual([status, status]);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(await again.text()).toBe(bytes);
      expect(runs).toHaveLength(1);
      expect((await create(key, { amount: '6' })).status).toBe(422);
    });

    it.each<[DomainErrorKind, number, number | undefined]>([
      ['conflict', 409, 1],
      ['unauthenticated', 401, undefined],
      ['forbidden', 403, undefined],
      ['too_many', 429, 1],
      ['gateway_failed', 502, undefined],
      ['unavailable', 503, undefined],
    ])('continue under the same claim: %s', async (kind, status, retryAfterS) => {
      const key = randomUUID();
      refuse(kind, retryAfterS);
      expect((await create(key)).status).toBe(status);
      expect((await create(key, { amount: '6' })).status).toBe(422);
      behaviour.work = (claimId) => {
        runs.push(claimId);
        return { claimId };
      };
      expect((await create(key)).status).toBe(201);
      expect(runs).toHaveLength(2);
      expect(runs[0]).toBe(runs[1]);
    });

    it('continue under the same claim after an unexpected error', async () => {
      const key = randomUUID();
      behaviour.work = (claimId) => {
        runs.push(claimId);
        if (runs.length === 1) throw new Error('boom');
        return {};
      };
      expect((await create(key)).status).toBe(500);
      expect((await create(key)).status).toBe(201);
      expect(runs[0]).toBe(runs[1]);
    });

    it('are free for another body when the input was malformed', async () => {
      const key = randomUUID();
      expect((await create(key, { amount: 'x' })).status).toBe(400);
      expect(
        await room.database.dataSource.query('SELECT 1 FROM idempotency_claims WHERE key = $1', [
          key,
        ]),
      ).toEqual([]);
      refuse('invalid');
      expect((await create(key)).status).toBe(400);
      expect((await claimOf(key)).fingerprint).toBeNull();
      behaviour.work = (claimId) => {
        runs.push(claimId);
        return {};
      };
      expect((await create(key, { amount: '6' })).status).toBe(201);
      // Should a fact have been written nevertheless, it is found under the same claim.
      expect(runs[0]).toBe(runs[1]);
    });
  });

  describe('after a crash', () => {
    const expireLock = (key: string) =>
      room.database.dataSource.query(
        `UPDATE idempotency_claims SET locked_until = now() - interval '1 second' WHERE key = $1`,
        [key],
      );

    it('wait for the lock and then continue the work once, under the same claim', async () => {
      const key = randomUUID();
      const claims = room.app.get(Claims);
      // What a killed process leaves behind: a claim that nobody will ever end.
      const stuck = deferred();
      behaviour.work = async (claimId) => {
        runs.push(claimId);
        await stuck.promise;
        return { late: true };
      };
      const killed = create(key);
      await waitFor('the first request to run', () => runs.length === 1);
      expect((await create(key)).status).toBe(409);
      await expireLock(key);
      behaviour.work = (claimId) => {
        runs.push(claimId);
        return { resumed: true };
      };
      const answers = await Promise.all(Array.from({ length: 8 }, () => create(key)));
      expect(runs).toHaveLength(2);
      expect(runs[0]).toBe(runs[1]);
      const created = answers.filter(({ status }) => status === 201);
      expect(created.length).toBeGreaterThanOrEqual(1);
      for (const answer of created) expect(await answer.json()).toEqual({ resumed: true });
      // The first holder comes back to life: its stale fence may change nothing, nor its answer differ.
      stuck.resolve();
      expect(await (await killed).json()).toMatchObject({ code: 'idempotency_in_progress' });
      expect(await (await create(key)).json()).toEqual({ resumed: true });
      const claim = await claimOf(key);
      expect(claim.fence).toBe(2);
      expect(await claims.keep({ id: claim.id, fence: 1 }, 200, Buffer.from('{}'))).toBe(false);
      expect(await claims.reopen({ id: claim.id, fence: 2 })).toBe(false);
    });

    it('let one of many takers win the race', async () => {
      const claims = room.app.get(Claims);
      for (let round = 0; round < 30; round += 1) {
        const subject = { scope: 'race', key: randomUUID(), fingerprint: Buffer.alloc(32, 1) };
        const first = await claims.take(subject);
        await expireLock(subject.key);
        const results = await Promise.allSettled(
          Array.from({ length: 8 }, () => claims.take(subject)),
        );
        const won = results.filter((result) => result.status === 'fulfilled');
        expect(won).toHaveLength(1);
        expect(won[0]?.value).toEqual({ id: first.id, fence: 2 });
        const lost = results.filter((result) => result.status === 'rejected');
        expect(lost.map(({ reason }) => (reason as DomainError).code)).toEqual(
          Array.from({ length: 7 }, () => 'idempotency_in_progress'),
        );
      }
    });

    it('give every one of many first takers an answer', async () => {
      const claims = room.app.get(Claims);
      for (let round = 0; round < 30; round += 1) {
        const subject = { scope: 'race', key: randomUUID(), fingerprint: Buffer.alloc(32, 1) };
        const results = await Promise.allSettled(
          Array.from({ length: 8 }, () => claims.take(subject)),
        );
        expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
      }
    });

    it('keep the first answer when the caller hung up', async () => {
      const key = randomUUID();
      const gate = deferred();
      behaviour.work = async (claimId) => {
        runs.push(claimId);
        await gate.promise;
        return { done: true };
      };
      const controller = new AbortController();
      const hung = room.call('/api/v1/widgets/', {
        json: { amount: '5' },
        headers: { 'idempotency-key': key },
        signal: controller.signal,
      });
      await waitFor('the request to run', () => runs.length === 1);
      controller.abort();
      await expect(hung).rejects.toThrow('aborted');
      gate.resolve();
      await waitFor('the answer to be kept', async () => (await claimOf(key)).status === 201);
      const again = await create(key);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(await again.json()).toEqual({ done: true });
    });
  });

  it('expire by the business clock, get a new claim then, and are swept', async () => {
    const key = randomUUID();
    await create(key);
    await create(key);
    expect(runs).toHaveLength(1);
    const before = await claimOf(key);
    await room.database.dataSource.query(
      `UPDATE idempotency_claims SET expires_at = app_now() - interval '1 second' WHERE key = $1`,
      [key],
    );
    expect((await create(key, { amount: '9' })).status).toBe(201);
    expect(runs).toHaveLength(2);
    expect((await claimOf(key)).id).not.toBe(before.id);
    const sweeper = room.app.get(Sweeper);
    const kept = await claimOf(key);
    await sweeper.sweep();
    expect((await claimOf(key)).id).toBe(kept.id);
    await room.database.dataSource.query(
      `UPDATE idempotency_claims SET expires_at = app_now() - interval '1 second' WHERE key = $1`,
      [key],
    );
    expect(await sweeper.sweep()).toBe(1);
    expect(await sweeper.sweep()).toBe(0);
  });

  it('store no answer that is not final, whoever asks', async () => {
    const claims = room.app.get(Claims);
    const subject = { scope: 'final', key: randomUUID(), fingerprint: Buffer.alloc(32, 1) };
    const claim = await claims.take(subject);
    for (const status of [401, 403, 429, 500, 503]) {
      await expect(claims.keep(claim, status, Buffer.from('{}'))).rejects.toThrow(
        'idempotency_claims_answer_final',
      );
    }
    expect(await claims.keep(claim, 201, Buffer.from('{}'))).toBe(true);
    await expect(claims.take(subject)).rejects.toBeInstanceOf(ReplayedAnswer);
  });
});
