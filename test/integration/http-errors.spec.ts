import { DomainError, type DomainErrorKind } from '../../src/common/index.js';
import { behaviour, openHttpRoom, type HttpRoom } from '../support/http-room.js';
import { waitFor } from '../support/wait.js';

describe('error answers', () => {
  let room: HttpRoom;

  beforeAll(async () => {
    room = await openHttpRoom();
  });
  afterAll(() => room.close());
  beforeEach(() => {
    behaviour.work = () => null;
  });

  async function answerTo(error: unknown, path = '/api/v1/trouble/') {
    behaviour.trouble = error;
    const response = await room.call(path);
    return { response, body: (await response.json()) as Record<string, unknown> };
  }

  it.each<[DomainErrorKind, number]>([
    ['invalid', 400],
    ['refused', 400],
    ['unauthenticated', 401],
    ['forbidden', 403],
    ['not_found', 404],
    ['conflict', 409],
    ['mismatch', 422],
    ['too_many', 429],
    ['gateway_failed', 502],
    ['unavailable', 503],
  ])('answer %s with %d on both surfaces', async (kind, status) => {
    const error = new DomainError(kind, 'some_code', 'What went wrong', {
      details: 'The gateway says no',
      errors: { amount: ['must be less'] },
      retryAfterS: 2.2,
    });
    const plain = await answerTo(error);
    expect(plain.response.status).toBe(status);
    expect(plain.response.headers.get('retry-after')).toBe('3');
    expect(plain.response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
    const rest = {
      details: 'The gateway says no',
      code: 'some_code',
      errors: { amount: ['must be less'] },
      request_id: expect.any(String),
    };
    expect(plain.body).toEqual({ error: 'What went wrong', ...rest });
    const envelope = await answerTo(error, '/api/payments/trouble/');
    expect(envelope.response.status).toBe(status);
    expect(envelope.body).toEqual({ status: 'error', message: 'What went wrong', ...rest });
  });

  it('keep to themselves what is our fault', async () => {
    const secret = 'secret-hunter2 SELECT * FROM users';
    for (const error of [
      new Error(secret),
      new TypeError(secret),
      secret,
      { secret },
      undefined,
      null,
    ]) {
      const { response, body } = await answerTo(error);
      expect(response.status).toBe(500);
      expect(Object.keys(body).sort()).toEqual(['code', 'error', 'request_id']);
      expect(body.code).toBe('internal_error');
      expect(JSON.stringify(body)).not.toContain('hunter2');
    }
  });

  describe('from the database', () => {
    const cause = (sql: string) => room.call(`/api/v1/sql/?text=${encodeURIComponent(sql)}`);
    const raise = (state: string) =>
      `DO $$ BEGIN RAISE EXCEPTION 'secret table users' USING ERRCODE = '${state}'; END $$`;

    it.each([
      ['a unique violation', `INSERT INTO widgets (id) VALUES (501), (501)`, 409, 'conflict'],
      ['a check violation', `INSERT INTO widgets (amount_minor) VALUES (0)`, 400, 'rule_violated'],
      ['a foreign key violation', raise('23503'), 409, 'conflict'],
      ['a serialization failure', raise('40001'), 503, 'temporarily_unavailable'],
      ['a deadlock', raise('40P01'), 503, 'temporarily_unavailable'],
      ['a cancelled statement', raise('57014'), 503, 'temporarily_unavailable'],
      ['a lock timeout', raise('55P03'), 503, 'temporarily_unavailable'],
      ['too many connections', raise('53300'), 503, 'temporarily_unavailable'],
      [
        'a lost connection',
        'SELECT pg_terminate_backend(pg_backend_pid())',
        503,
        'temporarily_unavailable',
      ],
      ['a number out of range', `SELECT '99999999999'::integer`, 400, 'invalid_value'],
      ['a missing table', 'SELECT * FROM no_such_table', 500, 'internal_error'],
      ['a privilege', raise('42501'), 500, 'internal_error'],
    ])('%s tells no SQL', async (_, sql, status, code) => {
      // The pool may still hand out the connection that the case before took away.
      await waitFor('a live connection', async () => (await cause('SELECT 1')).ok);
      const response = await cause(sql);
      const text = await response.text();
      expect(response.status).toBe(status);
      expect(JSON.parse(text)).toMatchObject({ code });
      expect(text).not.toMatch(/secret|widgets|no_such_table|SELECT|INSERT|_key|constraint/);
      expect(response.headers.get('retry-after')).toBe(status === 503 ? '1' : null);
    });
  });

  describe('of validation', () => {
    const poke = async (json: unknown) => {
      const response = await room.call('/api/v1/widgets/1/poke/', { json });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };

    it('name every field and the fix, and lead with the first', async () => {
      const { status, body } = await poke({
        amount: '-5',
        notes: 7,
        status: 'nope',
        parts: [{ quantity: 1 }, { quantity: 'x', extra: 1 }],
        bogus: true,
      });
      expect(status).toBe(400);
      expect(body).toEqual({
        error: expect.stringMatching(/^amount: must be a positive decimal/),
        code: 'validation_failed',
        errors: {
          amount: [expect.stringContaining('such as "50000.00"')],
          notes: expect.arrayContaining([expect.stringContaining('must be a string')]),
          status: ['must be one of pending, completed, HALOPESA, success (in any case)'],
          'parts.1.quantity': [expect.stringContaining('must be an integer')],
          'parts.1.extra': ['is not a known field; known are quantity'],
          bogus: ['is not a known field; known are amount, notes, status, parts'],
        },
        request_id: expect.any(String),
      });
    });

    it.each([
      '0',
      0,
      '0.00',
      '1e3',
      1e21,
      '+5',
      '1,000',
      '',
      ' ',
      true,
      null,
      [],
      {},
      '1234567890123456',
      -1,
    ])('refuse the amount %j', async (amount) => {
      const { status, body } = await poke({ amount });
      expect(status).toBe(400);
      expect(body.errors).toHaveProperty('amount');
    });

    it.each(['50000.00', 50000, '0.01', 0.5, '123456789012345'])(
      'pass on the amount %j',
      async (amount) => {
        expect(await poke({ amount })).toEqual({ status: 201, body: { amount } });
      },
    );

    it('read enumerations in any case and by their aliases', async () => {
      for (const [sent, read] of [
        ['PENDING', 'pending'],
        ['halopesa', 'HALOPESA'],
        ['Success', 'completed'],
      ]) {
        expect((await poke({ amount: 1, status: sent })).body.status).toBe(read);
      }
    });

    it('ignore unknown fields under /api/payments/ alone', async () => {
      const body = { booking_id: 'f367ddf9-f2ff-4de2-b929-0e0942ace93b', whatever: 1 };
      const response = await room.call('/api/payments/initiate/', { json: body });
      expect(response.status).toBe(201);
      expect(await response.json()).toEqual({ booking_id: body.booking_id });
      const missing = await room.call('/api/payments/initiate/', { json: { whatever: 1 } });
      expect(missing.status).toBe(400);
      expect(await missing.json()).toEqual({
        status: 'error',
        message: 'booking_id is required',
        code: 'validation_failed',
        errors: { booking_id: ['is required'] },
        request_id: expect.any(String),
      });
    });
  });
});
