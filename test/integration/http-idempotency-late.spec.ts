import { randomUUID } from 'node:crypto';
import { DomainError } from '../../src/common/index.js';
import { behaviour, deferred, openHttpRoom, type HttpRoom } from '../support/http-room.js';
import { waitFor } from '../support/wait.js';

/** A request that stood still for longer than its key is locked, and comes back. */
describe('a request that outlived its idempotency key', () => {
  let room: HttpRoom;

  beforeAll(async () => {
    room = await openHttpRoom();
  });
  afterAll(() => room.close());

  const create = (key: string) =>
    room.call('/api/v1/widgets/', { json: { amount: '5' }, headers: { 'idempotency-key': key } });
  const claims = (sql: string, key: string): Promise<unknown[]> =>
    room.database.dataSource.query(sql, [key]);

  /** One that is at work until `end` says what becomes of it. */
  async function aLateRequest(key: string) {
    const work = deferred();
    let begun = false;
    let outcome: () => unknown = () => ({});
    behaviour.work = async () => {
      begun = true;
      await work.promise;
      return outcome();
    };
    const answer = create(key);
    await waitFor('its work to begin', () => begun);
    behaviour.work = () => ({ of: 'the repeat' });
    return {
      end: (become: () => unknown) => {
        outcome = become;
        work.resolve();
        return answer;
      },
    };
  }
  async function anOvertakenRequest(key: string) {
    const late = await aLateRequest(key);
    await claims(
      `UPDATE idempotency_claims SET locked_until = now() - interval '1 second' WHERE key = $1`,
      key,
    );
    expect(await (await create(key)).json()).toEqual({ of: 'the repeat' });
    return late;
  }
  const refused = (kind: 'refused' | 'unavailable') => () => {
    throw new DomainError(kind, 'not_today', 'Not today');
  };

  it('has no answer beside that of the repeat which took the key over', async () => {
    const key = randomUUID();
    const late = await anOvertakenRequest(key);
    const answer = await late.end(() => ({ of: 'the first' }));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([409, '1']);
    expect(await answer.json()).toMatchObject({
      error: expect.stringContaining('ask again'),
      code: 'idempotency_in_progress',
      request_id: answer.headers.get('x-request-id'),
    });
    const again = await create(key);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect(await again.json()).toEqual({ of: 'the repeat' });
  });

  it('cannot refuse either what the repeat was granted', async () => {
    const late = await anOvertakenRequest(randomUUID());
    const answer = await late.end(refused('refused'));
    expect(await answer.json()).toMatchObject({ code: 'idempotency_in_progress' });
  });

  it('still says that it failed for now', async () => {
    const late = await anOvertakenRequest(randomUUID());
    const answer = await late.end(refused('unavailable'));
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'not_today' });
  });

  it('is answered where its key expired and nobody else came', async () => {
    const key = randomUUID();
    const late = await aLateRequest(key);
    await claims('DELETE FROM idempotency_claims WHERE key = $1', key);
    const answer = await late.end(() => ({ of: 'the first' }));
    expect([answer.status, await answer.json()]).toEqual([201, { of: 'the first' }]);
  });
});
