import { uncovered } from '../../tools/torture/access/access.coverage.js';
import { contentOf } from '../../tools/torture/access/access.matrix.js';
import { row } from '../../tools/torture/access/access.row.js';
import { OpenApiDocument } from '../../tools/torture/desk/openapi.document.js';
import { SeededRandom } from '../../tools/torture/desk/seeded.random.js';
import { type Asked, judge } from '../../tools/torture/fuzz/answer.judge.js';
import { POLLUTION } from '../../tools/torture/fuzz/body.twists.js';
import { bareToken, jsonOf, mustRefuse, wireOf } from '../../tools/torture/fuzz/draft.js';
import { KnownIdsStore } from '../../tools/torture/fuzz/known-ids.store.js';
import { RequestMaker } from '../../tools/torture/fuzz/request.maker.js';
import { shrink } from '../../tools/torture/fuzz/shrink.js';

const document = new OpenApiDocument({
  paths: {
    '/api/v1/things/': {
      get: { security: [{}], parameters: [{ name: 'page', in: 'query' }], responses: { 200: {} } },
      post: {
        security: [{}],
        responses: { 201: {}, 400: {} },
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
        },
      },
    },
    '/api/v1/things/{id}/': { get: { security: [{}], responses: { 200: {} } } },
  },
  components: {
    schemas: {
      Thing: {
        type: 'object',
        required: ['amount', 'name'],
        properties: { amount: { type: 'string' }, name: { type: 'string' } },
      },
    },
  },
});
const maker = (seed: number) =>
  new RequestMaker(document, new KnownIdsStore(new SeededRandom(seed)), ['account_id'], seed);

describe('requests that are made up', () => {
  it('are the same for the same seed, and others for another', () => {
    const of = (seed: number) =>
      Array.from({ length: 60 }, (_, n) => wireOf(maker(seed).make(n), null)).map((wire) =>
        JSON.stringify({ ...wire, body: wire.body?.toString('base64') }),
      );
    expect(of(7)).toEqual(of(7));
    expect(of(7)).not.toEqual(of(8));
  });

  it('come to every route, twisted in every way there is', () => {
    const drafts = Array.from({ length: 1_500 }, (_, number) => maker(3).make(number));
    expect(new Set(drafts.map(({ route }) => `${route.method} ${route.path}`)).size).toBe(10);
    const twists = drafts.flatMap((draft) => draft.twists).join('\n');
    for (const twist of ['__proto__', 'column account_id', 'without amount', 'nested', 'id 0']) {
      expect(twists).toContain(twist);
    }
    expect(drafts.some((draft) => draft.twists.length === 0)).toBe(true);
  });

  it('know which of them must be refused, and forget it where a later twist undid the fault', () => {
    const drafts = Array.from({ length: 1_500 }, (_, number) => maker(5).make(number));
    const faulty = drafts.filter((draft) => mustRefuse(draft) === 'account_id is no field');
    expect(faulty.length).toBeGreaterThan(5);
    for (const draft of faulty) {
      expect(draft.body.kind === 'json' && jsonOf(draft.body.value)).toContain('account_id');
      draft.body = { kind: 'none' };
      expect(mustRefuse(draft)).toBeNull();
    }
  });

  it('carry what no JavaScript value can', () => {
    expect(jsonOf({ a: bareToken('1e400') })).toBe('{"a":1e400}');
    expect(jsonOf(JSON.parse('{"__proto__":{"x":1}}'))).toBe('{"__proto__":{"x":1}}');
  });
});

describe('answers to them', () => {
  const asked: Asked = {
    method: 'POST',
    path: '/api/v1/things/',
    page: false,
    carriesPollution: false,
    mustRefuse: null,
  };
  const answered = (status: number, body: unknown, contentType = 'application/json') => ({
    status,
    contentType,
    text: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const refusal = {
    error: 'amount is required',
    code: 'validation_failed',
    errors: { amount: ['is required'] },
    request_id: 'r-1',
  };

  it('are right when they are refused as documented', () => {
    expect(judge(asked, answered(400, refusal))).toEqual([]);
    expect(judge(asked, answered(201, { id: 1 }))).toEqual([]);
    expect(
      judge(
        { ...asked, path: '/api/payments/initiate/' },
        answered(404, {
          status: 'error',
          message: 'Not found',
          code: 'not_found',
          request_id: 'r',
        }),
      ),
    ).toEqual([]);
  });

  it.each<[string, number, unknown]>([
    ['answered 500', 500, { ...refusal, code: 'internal_error' }],
    ['answered 503', 503, refusal],
    ['no code', 400, { ...refusal, code: undefined }],
    ['no request_id', 404, { ...refusal, request_id: undefined }],
    ['no error in words', 409, { ...refusal, error: '' }],
    ['does not name the field', 400, { ...refusal, errors: undefined }],
    ['no lists of texts', 400, { ...refusal, errors: { amount: 'is required' } }],
    ['is no JSON', 400, 'Bad Request'],
    ['shows SQL', 400, { ...refusal, error: 'SELECT id FROM payments failed' }],
    ['the database’s words', 409, { ...refusal, error: 'duplicate key value' }],
    ['shows a stack', 400, { ...refusal, details: 'at run (/srv/a.js:1:2)' }],
    [
      'the runtime’s words',
      400,
      { ...refusal, error: "Cannot read properties of null (reading 'a')" },
    ],
    ['another request tried', 400, { ...refusal, details: POLLUTION }],
  ])('are wrong: %s', (symptom, status, body) => {
    expect(judge(asked, answered(status, body)).join()).toContain(symptom);
  });

  it('may show a stored notification as it was sent, and nothing else of it', () => {
    const shown = { ...asked, path: '/api/v1/webhook-events/79/' };
    const body = `{"__proto__":{"details":"${POLLUTION}"}}`;
    expect(judge(shown, answered(200, { id: 79, body }))).toEqual([]);
    expect(judge(shown, answered(200, { id: 79, body, details: POLLUTION }))).toHaveLength(1);
    expect(judge(asked, answered(200, { id: 79, body }))).toHaveLength(1);
  });

  it('are wrong when they accept what must be refused', () => {
    const fault = { ...asked, mustRefuse: 'amount is required' };
    expect(judge(fault, answered(201, {})).join()).toContain('accepted what must be refused');
  });
});

it('a failure is told with the least that shows it', async () => {
  const wire = {
    method: 'POST',
    path: '/api/v1/things/?page=1&x=2',
    headers: { prefer: 'x' },
    body: Buffer.from('{"a":1,"bad":2,"c":3}'),
  };
  const smallest = await shrink(wire, (smaller) =>
    Promise.resolve(smaller.body?.includes('bad') ?? false),
  );
  expect(smallest.path).toBe('/api/v1/things/');
  expect(smallest.headers).toEqual({});
  expect(String(smallest.body)).toBe('{"bad":2}');
});

describe('the matrix of who may do what', () => {
  it('misses no route and knows none too many', () => {
    const all = '401 200 200 200 200 200 200 200';
    const rows = ['GET /api/v1/things/', 'GET /api/v1/gone/'].map((route) => row(route, all));
    expect(uncovered(document, rows)).toEqual([
      'nobody says who may POST /api/v1/things/',
      'nobody says who may GET /api/v1/things/{id}/',
      'there is no GET /api/v1/gone/',
    ]);
  });

  it('compares answers but for the id of the request', () => {
    const answer = (body: object) => contentOf({ body, text: '' });
    expect(answer({ error: 'x', request_id: 'a' })).toBe(answer({ error: 'x', request_id: 'b' }));
    expect(answer({ error: 'x', request_id: 'a' })).not.toBe(
      answer({ error: 'y', request_id: 'a' }),
    );
  });
});
