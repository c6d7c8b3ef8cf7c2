import { DomainError } from '../../src/common/index.js';
import {
  ProviderOutcomeUnknownError,
  ProviderUnavailableError,
} from '../../src/providers/index.js';
import { waitFor } from '../support/wait.js';
import { type Scene, start, referenceOf, thrownBy } from './contract.harness.js';

/** Long enough for a call on a busy machine, short enough to wait for. */
const HURRIED = { GATEWAY_TOTAL_TIMEOUT_MS: '1500', GATEWAY_CONNECT_TIMEOUT_MS: '500' };

export function describeInitiate(scene: Scene): void {
  const { name, harness, bench } = scene;
  const { wire, order } = harness;
  const received = () => bench().requests(name);
  const initiates = async () => (await received()).filter((request) => wire.isInitiate(request));

  describe('initiate', () => {
    it('reaches the payer with our reference and amount, and tells what was sent', async () => {
      const provider = bench().provider();
      const reference = referenceOf(provider);
      const result = await provider.initiate({ ...order, reference });
      expect(result).toEqual({
        outcome: 'accepted',
        gatewayTransactionId: expect.any(String) as string,
        checkoutUrl: null,
        gatewayData: expect.any(Object) as object,
        request: harness.summary,
      });
      expect(await bench().sandbox.prompt(reference)).toMatchObject({
        provider: name,
        phone: order.phone,
        amount: order.amount.toString(),
        currency: order.amount.currency.code,
        reference,
        status: 'pending',
      });
    });

    it('sends the documented headers and body, once, with nothing added', async () => {
      const { reference } = await start(scene, bench().provider());
      const [request, ...more] = await initiates();
      expect(more).toEqual([]);
      expect(request?.headers).toMatchObject(wire.headers);
      expect(JSON.parse(request?.body ?? 'null')).toEqual(wire.body(reference));
    });

    it('writes amounts in the unit of the gateway', async () => {
      const provider = bench().provider();
      for (const [amount, onTheWire] of wire.amounts) {
        await start(scene, provider, { amount });
        const [request] = await initiates();
        expect(wire.amountOf(JSON.parse(request?.body ?? 'null'))).toBe(onTheWire);
      }
    });

    it.each(harness.refused)('refuses %s before anything is sent', async (_case, change, field) => {
      const provider = bench().provider();
      const request = { ...order, ...change };
      const checking = thrownBy(async () => provider.check(request));
      const initiating = thrownBy(() => provider.initiate({ ...request, reference: 'R' }));
      for (const error of [await checking, await initiating]) {
        expect(error).toBeInstanceOf(DomainError);
        expect(error).toMatchObject({
          kind: 'invalid',
          extra: { errors: { [field]: [expect.any(String)] } },
        });
      }
      expect(await received()).toEqual([]);
    });

    it.each([
      ['decline', 'declined'],
      ['insufficient_funds', 'insufficient_funds'],
    ])('%s is a value, with a code and words for people', async (initiate, code) => {
      await bench().sandbox.fault({ initiate, count: 1 }, name);
      const provider = bench().provider();
      const result = await provider.initiate({ ...order, reference: referenceOf(provider) });
      expect(result).toEqual({
        outcome: 'declined',
        code,
        message: expect.stringMatching(/\w/) as string,
        request: harness.summary,
      });
      expect(await bench().sandbox.prompts()).toEqual([]);
    });

    it.each([
      ['error_500', 0],
      ['malformed', 1],
      ['timeout', 0],
      ['timeout_after_accept', 1],
    ])('%s leaves the outcome unknown, and nothing is sent again', async (initiate, prompts) => {
      await bench().sandbox.fault({ initiate, count: 1 }, name);
      const provider = bench().provider({ env: HURRIED });
      const error = await thrownBy(() => start(scene, provider));
      expect(error).toBeInstanceOf(ProviderOutcomeUnknownError);
      expect(await initiates()).toHaveLength(1);
      expect(await bench().sandbox.prompts()).toHaveLength(prompts);
    });

    it('rate_limited was surely not carried out, and is not repeated', async () => {
      await bench().sandbox.fault({ initiate: 'rate_limited', count: 1 }, name);
      const error = await thrownBy(() => start(scene, bench().provider()));
      expect(error).toBeInstanceOf(ProviderUnavailableError);
      expect(error).toMatchObject({ reason: 'rejected' });
      expect(await initiates()).toHaveLength(1);
    });

    it('a gateway that nobody reaches was surely not asked', async () => {
      const provider = bench().provider({ env: { SANDBOX_PORT: '1' } });
      const error = await thrownBy(() => start(scene, provider));
      expect(error).toBeInstanceOf(ProviderUnavailableError);
      expect(error).toMatchObject({ reason: 'unreachable' });
    });

    it('parallel orders each reach the payer once', async () => {
      const provider = bench().provider();
      const attempts = await Promise.all(Array.from({ length: 20 }, () => start(scene, provider)));
      const references = new Set(attempts.map(({ reference }) => reference));
      const prompted = (await bench().sandbox.prompts()).map(({ reference }) => reference);
      expect(prompted).toHaveLength(20);
      expect(new Set(prompted)).toEqual(references);
    });
  });

  if (harness.revokeTokens) describeTokens(scene, harness.revokeTokens);
}

function describeTokens(scene: Scene, revoke: string): void {
  const { name, harness, bench } = scene;
  const { wire } = harness;
  const received = async () => {
    const requests = await bench().requests(name);
    return {
      tokens: requests.filter((request) => wire.isToken(request)).length,
      initiates: requests.filter((request) => wire.isInitiate(request)).length,
    };
  };
  /** An adapter that has logged in, and whose token the gateway does not accept any more. */
  const withRefusedToken = async () => {
    const provider = bench().provider();
    await start(scene, provider);
    await waitFor('all that follows an order', async () => {
      const requests = await bench().requests(name);
      return wire.isAftermath ? requests.some((r) => r.answer && wire.isAftermath?.(r)) : true;
    });
    await bench().control(revoke);
    await bench().reset();
    return provider;
  };

  describe('tokens', () => {
    it('20 parallel orders share one', async () => {
      const provider = bench().provider();
      await Promise.all(Array.from({ length: 20 }, () => start(scene, provider)));
      expect(await received()).toEqual({ tokens: 1, initiates: 20 });
    });

    it('a refused one is renewed once, and the payer asked once', async () => {
      const provider = await withRefusedToken();
      const { reference } = await start(scene, provider);
      expect(await received()).toEqual({ tokens: 1, initiates: 2 });
      expect(await bench().sandbox.prompts()).toMatchObject([{ reference }]);
    });

    it('20 parallel orders whose token was refused share the renewal', async () => {
      const provider = await withRefusedToken();
      await Promise.all(Array.from({ length: 20 }, () => start(scene, provider)));
      expect(await received()).toEqual({ tokens: 1, initiates: 40 });
      expect(await bench().sandbox.prompts()).toHaveLength(20);
    });

    it.each([
      ['decline', 'ProviderMisconfiguredError'],
      ['error_500', 'ProviderUnavailableError'],
      ['malformed', 'ProviderUnavailableError'],
      ['rate_limited', 'ProviderUnavailableError'],
      ['timeout', 'ProviderUnavailableError'],
    ])('%s when logging in is %s: nobody was asked to pay', async (auth, errorName) => {
      await bench().sandbox.fault({ auth }, name);
      const provider = bench().provider({ env: HURRIED });
      expect(await thrownBy(() => start(scene, provider))).toMatchObject({ name: errorName });
      expect((await received()).initiates).toBe(0);
    });
  });
}
