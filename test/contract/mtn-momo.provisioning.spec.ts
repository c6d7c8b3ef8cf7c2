import { Logger } from '@nestjs/common';
import { mtnProvision } from '../../src/providers/index.js';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index.js';

const KEY = 'a-collection-key';
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ARGS = ['--callback-host', 'pay.example.com'];

describe("API users of MTN's sandbox", () => {
  let sandbox: RunningSandbox;
  let env: Record<string, string>;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    sandbox = await startSandbox({
      port: 0,
      credentials: { MTN_SUBSCRIPTION_KEY: KEY, MTN_DISBURSEMENT_SUBSCRIPTION_KEY: 'another-key' },
    });
    env = { MTN_SUBSCRIPTION_KEY: KEY, MTN_BASE_URL: `${sandbox.url}/mtn_momo` };
  });
  afterAll(() => sandbox.close());

  const settingsOf = (printed: string): Map<string, string> =>
    new Map(printed.split('\n').map((line) => line.split('=') as [string, string]));
  const tokenStatus = async (product: string, key: string, user: string): Promise<number> => {
    const answer = await fetch(`${sandbox.url}/mtn_momo/${product}/token/`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(user).toString('base64')}`,
        'ocp-apim-subscription-key': key,
      },
    });
    return answer.status;
  };

  it('are made with their key, and get a token', async () => {
    const settings = settingsOf(await mtnProvision(ARGS, env));
    expect([...settings.keys()]).toEqual(['MTN_API_USER', 'MTN_API_KEY']);
    const user = settings.get('MTN_API_USER') ?? '';
    const key = settings.get('MTN_API_KEY') ?? '';
    expect(user).toMatch(UUID_V4);
    expect(await tokenStatus('collection', KEY, `${user}:${key}`)).toBe(200);
    expect(await tokenStatus('collection', KEY, `${user}:${key}x`)).toBe(401);
    expect(await tokenStatus('disbursement', 'another-key', `${user}:${key}`)).toBe(401);
  });

  it("are asked for in MTN's words", async () => {
    await fetch(`${sandbox.url}/api/requests`, { method: 'DELETE' });
    await mtnProvision(ARGS, env);
    const requests = (await (await fetch(`${sandbox.url}/api/requests`)).json()) as {
      method: string;
      path: string;
      headers: Record<string, string>;
      body: string;
      answer: { status: number };
    }[];
    const [key, user] = requests;
    expect(user).toMatchObject({
      method: 'POST',
      path: '/v1_0/apiuser',
      headers: { 'ocp-apim-subscription-key': KEY, 'content-type': 'application/json' },
      body: '{"providerCallbackHost":"pay.example.com"}',
      answer: { status: 201 },
    });
    const id = user?.headers['x-reference-id'];
    expect(key).toMatchObject({
      method: 'POST',
      path: `/v1_0/apiuser/${id}/apikey`,
      headers: { 'ocp-apim-subscription-key': KEY, 'content-length': '0' },
      body: '',
    });
    const read = await fetch(`${sandbox.url}/mtn_momo/v1_0/apiuser/${id}`, {
      headers: { 'ocp-apim-subscription-key': KEY },
    });
    expect(await read.json()).toEqual({
      providerCallbackHost: 'pay.example.com',
      targetEnvironment: 'sandbox',
    });
  });

  it('of disbursements have settings of their own', async () => {
    const own = { ...env, MTN_DISBURSEMENT_SUBSCRIPTION_KEY: 'another-key' };
    const printed = await mtnProvision([...ARGS, '--product', 'disbursement'], own);
    const settings = settingsOf(printed);
    const user = `${settings.get('MTN_DISBURSEMENT_API_USER')}:${settings.get('MTN_DISBURSEMENT_API_KEY')}`;
    expect(await tokenStatus('disbursement', 'another-key', user)).toBe(200);
  });

  it.each<[string, string[], Record<string, string>, RegExp]>([
    [
      'a wrong subscription key',
      ARGS,
      { MTN_SUBSCRIPTION_KEY: 'wrong' },
      /check the subscription key/,
    ],
    ['no subscription key', ARGS, { MTN_SUBSCRIPTION_KEY: '' }, /MTN_SUBSCRIPTION_KEY: missing/],
    ['no host', [], {}, /--callback-host/],
    [
      'an address for a host',
      ['--callback-host', 'https://pay.example.com'],
      {},
      /--callback-host/,
    ],
    ['a live environment', ARGS, { MTN_TARGET_ENVIRONMENT: 'mtnghana' }, /Partner Portal/],
    ['another product', [...ARGS, '--product', 'cash'], {}, /use collection or disbursement/],
  ])('are not made with %s', async (_case, args, change, expected) => {
    await expect(mtnProvision(args, { ...env, ...change })).rejects.toThrow(expected);
  });

  it('are explained on demand', async () => {
    expect(await mtnProvision(['--help'], {})).toMatch(/^usage: /);
  });
});
