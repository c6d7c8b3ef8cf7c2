import { createPublicKey } from 'node:crypto';
import { AzamPayDesk } from '../../../../test/support/azampay-desk.js';

const CREDENTIALS = {
  appName: 'malipo-sandbox',
  clientId: 'sandbox-client-id',
  clientSecret: 'sandbox-client-secret',
};
const TOKEN = '/azampay/AppRegistration/GenerateToken';
const CHECKOUT = '/azampay/azampay/mno/checkout';

describe('AzamPay’s wire format in the sandbox', () => {
  let desk: AzamPayDesk;
  beforeAll(async () => {
    desk = await AzamPayDesk.open();
    await desk.login();
  });
  afterAll(() => desk.close());

  describe('token', () => {
    it('is handed out with an expiry in whole seconds', async () => {
      const { status, json } = await desk.send('POST', TOKEN, CREDENTIALS);
      expect(status).toBe(200);
      expect(json).toEqual({
        data: {
          accessToken: expect.stringMatching(/^\S{40,}$/),
          expire: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        },
        message: 'Token generated successfully',
        success: true,
        statusCode: 200,
      });
      const { expire } = (json as { data: { expire: string } }).data;
      expect(Date.parse(expire)).toBeGreaterThan(Date.now() + 3_000_000);
    });

    it.each(Object.keys(CREDENTIALS))('answers 423 for a wrong %s', async (name) => {
      const { status, json } = await desk.send('POST', TOKEN, { ...CREDENTIALS, [name]: 'wrong' });
      expect(status).toBe(423);
      expect(json).toMatchObject({ data: null, success: false, statusCode: 423 });
    });

    it.each([
      ['appName', 'AppName'],
      ['clientId', 'ClientId'],
      ['clientSecret', 'ClientSecret'],
    ])('answers 400 without %s, under the key %s', async (name, key) => {
      const { [name]: _left, ...rest } = CREDENTIALS as Record<string, string>;
      const { status, json } = await desk.send('POST', TOKEN, rest);
      expect(status).toBe(400);
      expect(json).toMatchObject({ status: 400, errors: { [key]: [expect.any(String)] } });
    });

    it('refuses fields it does not know, and what is no JSON object', async () => {
      const stray = await desk.send('POST', TOKEN, { ...CREDENTIALS, scope: 'all' });
      expect(stray.status).toBe(400);
      expect((await desk.send('POST', TOKEN, '{"appName":')).status).toBe(400);
      expect((await desk.send('POST', TOKEN, [])).status).toBe(400);
    });
  });

  describe('checkout', () => {
    it('answers with 32 hex digits and pushes one prompt', async () => {
      const { status, json } = await desk.checkout('accepted');
      expect(status).toBe(200);
      expect(json).toEqual({
        transactionId: expect.stringMatching(/^[0-9a-f]{32}$/),
        message: expect.any(String),
        messageCode: 0,
        success: true,
      });
      expect(await desk.prompts('accepted')).toEqual([
        expect.objectContaining({
          provider: 'azampay',
          phone: '255653294241',
          network: 'MPESA',
          merchant: 'malipo-sandbox',
          amount: '50000.00',
          currency: 'TZS',
          status: 'pending',
          gateway_reference: (json as { transactionId: string }).transactionId,
          callbacks: [],
        }),
      ]);
    });

    it('is also served at the root, for base URLs without a path', async () => {
      const { status } = await desk.send(
        'POST',
        '/azampay/mno/checkout',
        {
          accountNumber: '0713123456',
          amount: '1000',
          currency: 'TZS',
          externalId: 'at-root',
          provider: 'Tigo',
        },
        desk.bearer,
      );
      expect(status).toBe(200);
      expect(await desk.prompt('at-root')).toMatchObject({
        phone: '255713123456',
        amount: '1000.00',
      });
    });

    it.each([
      ['no token', {}],
      ['a token of somebody else', { authorization: 'Bearer forged' }],
      ['another scheme', { authorization: 'Basic abc' }],
    ])('answers 401 and an empty body with %s', async (_case, headers) => {
      const answer = await desk.send('POST', CHECKOUT, {}, headers);
      expect(answer.status).toBe(401);
      expect(answer.text).toBe('');
    });

    it('pushes again for a reference it knows: the worst that could happen', async () => {
      await desk.checkout('twice');
      await desk.checkout('twice');
      expect(await desk.prompts('twice')).toHaveLength(2);
    });

    it.each([
      ['accountNumber', undefined],
      ['amount', undefined],
      ['currency', undefined],
      ['externalId', undefined],
      ['provider', undefined],
      ['amount', 100.5],
      ['amount', '100.00'],
      ['amount', -1],
      ['amount', 5_000_001],
      ['amount', '1e3'],
      ['accountNumber', 255653294241],
      ['accountNumber', 'abc'],
      ['accountNumber', '255 653 294 241'],
      ['currency', 'T'.repeat(33)],
      ['externalId', 'x'.repeat(129)],
      ['provider', 'airtel'],
      ['provider', 'MPESA'],
      ['additionalProperties', 'text'],
      ['additionalProperties', { note: 'x'.repeat(4096) }],
      ['source', 'plugin'],
      ['callback_url', 'http://127.0.0.1/'],
    ])('answers ProblemDetails for %s = %j', async (name, value) => {
      const reference = `refused-${name}`;
      const { status, headers, json } = await desk.checkout(reference, { [name]: value });
      expect(status).toBe(400);
      expect(headers.get('content-type')).toContain('application/problem+json');
      expect(json).toMatchObject({
        errors: { [name]: [expect.any(String)] },
        type: 'https://tools.ietf.org/html/rfc7231#section-6.5.1',
        title: 'One or more validation errors occurred.',
        status: 400,
        traceId: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/),
      });
      expect(await desk.prompts(reference)).toEqual([]);
    });

    it('names the .NET type where the network is spelt otherwise', async () => {
      const { text } = await desk.checkout('spelling', { provider: 'airtel' });
      expect(text).toContain('PGvNext.Models.Common.Provider');
    });

    it.each([0, 5_000_000, '0', '5000000'])('takes the amount %j', async (amount) => {
      expect((await desk.checkout(`limit-${amount}`, { amount })).json).toMatchObject({
        success: true,
      });
    });

    it('refuses another currency inside a 200', async () => {
      const { status, json } = await desk.checkout('usd', { currency: 'USD' });
      expect(status).toBe(200);
      expect(json).toMatchObject({ success: false, transactionId: null });
      expect(await desk.prompts('usd')).toEqual([]);
    });
  });

  describe('public key', () => {
    it('is the same at both addresses, in PEM and in XML', async () => {
      const addresses = ['/azampay/azampay/v1/public-key', '/azampay/api/Token/PublicKey'];
      const keys = await Promise.all(
        addresses.map((path) => desk.send('GET', `${path}?format=Pem`, undefined, desk.bearer)),
      );
      const [first, second] = keys.map(({ json }) => json as { publicKey: string });
      expect(first).toEqual({ success: true, format: 'Pem', publicKey: expect.any(String) });
      expect(second).toEqual(first);
      const { n } = createPublicKey(first?.publicKey ?? '').export({ format: 'jwk' });
      const xml = await desk.send('GET', `${addresses[0]}?format=Xml`, undefined, desk.bearer);
      const modulus = /<Modulus>(.+)<\/Modulus>/.exec(
        (xml.json as { publicKey: string }).publicKey,
      );
      expect(Buffer.from(modulus?.[1] ?? '', 'base64')).toEqual(Buffer.from(n ?? '', 'base64url'));
    });

    it('needs a token, and a format it knows', async () => {
      expect((await desk.send('GET', '/azampay/api/Token/PublicKey')).status).toBe(401);
      const odd = await desk.send(
        'GET',
        '/azampay/azampay/v1/public-key?format=Der',
        undefined,
        desk.bearer,
      );
      expect(odd.status).toBe(400);
    });
  });

  describe('status query', () => {
    it('knows AzamPay’s id only, on the network it was paid with', async () => {
      const { json } = await desk.checkout('query');
      const { transactionId } = json as { transactionId: string };
      expect((await desk.status(transactionId)).json).toMatchObject({
        data: 'pending',
        success: true,
      });
      expect((await desk.status(transactionId, 'mpesa')).status).toBe(200);
      expect((await desk.status(transactionId, 'Airtel')).status).toBe(404);
      expect((await desk.status('query')).status).toBe(404);
      expect((await desk.status('')).status).toBe(400);
    });
  });

  it('answers 401 to revoked tokens, until the next is fetched', async () => {
    await desk.send('POST', '/api/azampay/revoke-tokens');
    expect((await desk.checkout('revoked')).status).toBe(401);
    await desk.login();
    expect((await desk.checkout('renewed')).status).toBe(200);
  });
});

describe('AzamPay with other credentials', () => {
  it('wants the API key on every call but the token’s where one is configured', async () => {
    const desk = await AzamPayDesk.open({ credentials: { AZAMPAY_API_KEY: 'dashboard-key' } });
    try {
      expect((await desk.checkout('no-key')).status).toBe(401);
      const path = '/azampay/azampay/v1/public-key';
      const headers = { ...desk.bearer, 'x-api-key': 'dashboard-key' };
      expect((await desk.send('GET', path, undefined, headers)).status).toBe(200);
      const wrong = { ...desk.bearer, 'x-api-key': 'other' };
      expect((await desk.send('GET', path, undefined, wrong)).status).toBe(401);
    } finally {
      await desk.close();
    }
  });

  it('goes by the product’s own variables', async () => {
    const desk = await AzamPayDesk.open({
      credentials: {
        AZAMPAY_APP_NAME: 'Hotel',
        AZAMPAY_CLIENT_ID: 'id-1',
        AZAMPAY_CLIENT_SECRET: 'secret-1',
      },
    });
    try {
      const token = (appName: string, clientId: string, clientSecret: string) =>
        desk.send('POST', TOKEN, { appName, clientId, clientSecret });
      expect((await token('Hotel', 'id-1', 'secret-1')).status).toBe(200);
      expect(
        (await token('malipo-sandbox', 'sandbox-client-id', 'sandbox-client-secret')).status,
      ).toBe(423);
    } finally {
      await desk.close();
    }
  });
});
