import { DomainError } from '../../src/common/index.js';
import {
  ProviderMisconfiguredError,
  ProviderOutcomeUnknownError,
  ProviderUnavailableError,
} from '../../src/providers/index.js';
import { waitFor } from '../support/wait.js';
import {
  callbackUrl,
  HURRIED,
  initiated,
  REFUSALS,
  requestOf,
  type Scene,
  start,
  thrownBy,
} from './contract.harness.js';
import { asked, askedFor } from './contract.payer.js';

export function describeInitiate(scene: Scene): void {
  const { name, harness, bench } = scene;
  const { wire, order, wrongKey } = harness;
  const redirect = harness.flow === 'redirect';
  const received = () => bench().requests(name);
  const initiates = async () => (await received()).filter((request) => wire.isInitiate(request));
  const readBody = (text: string | undefined): unknown =>
    wire.readBody ? wire.readBody(text ?? '') : JSON.parse(text ?? 'null');

  describe('initiate', () => {
    it('reaches the payer with our reference and amount, and tells what was sent', async () => {
      const provider = bench().provider();
      const request = requestOf(scene, provider);
      const result = await provider.initiate(request);
      const shown = await askedFor(scene, request.reference);
      expect(result).toEqual({
        outcome: 'accepted',
        gatewayTransactionId: harness.namesOrder === false ? null : (expect.any(String) as string),
        checkoutUrl: redirect ? shown.url : null,
        gatewayData: expect.any(Object) as object,
        request: harness.summary,
      });
      expect(shown).toMatchObject({
        provider: name,
        ...(redirect ? {} : { phone: order.phone }),
        amount: order.amount.toString(),
        currency: order.amount.currency.code,
        reference: request.reference,
        status: redirect ? 'open' : 'pending',
      });
    });

    if (redirect) {
      it('hands out a page that opens', async () => {
        const provider = bench().provider();
        const result = await provider.initiate(requestOf(scene, provider));
        if (result.outcome !== 'accepted') throw new Error('declined');
        const page = await fetch(result.checkoutUrl ?? '', { headers: { accept: 'text/html' } });
        expect(page.status).toBe(200);
        expect(await page.text()).toContain('</html>');
      });
    }

    it('sends the documented headers and body, once, with nothing added', async () => {
      const { reference } = await start(scene, bench().provider());
      const [request, ...more] = await initiates();
      expect(more).toEqual([]);
      expect(request?.headers).toMatchObject(wire.headers);
      const context = { callbackUrl: callbackUrl(scene) };
      expect(readBody(request?.body)).toEqual(wire.body(reference, context));
      if (!wire.isToken) expect(await received()).toHaveLength(1);
    });

    it('writes amounts in the unit of the gateway', async () => {
      const provider = bench().provider();
      for (const [amount, onTheWire] of wire.amounts) {
        await start(scene, provider, { amount });
        const [request] = await initiates();
        expect(wire.amountOf(readBody(request?.body))).toBe(onTheWire);
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

    it.each(harness.declines ?? REFUSALS)('%s is a value: %s', async (initiate, code) => {
      await bench().sandbox.fault({ initiate, count: 1 }, name);
      const provider = bench().provider();
      const result = await provider.initiate(requestOf(scene, provider));
      expect(result).toEqual({
        outcome: 'declined',
        code,
        message: expect.stringMatching(/\w/) as string,
        request: harness.summary,
      });
      expect(await asked(scene)).toEqual([]);
    });

    it.each([
      ['error_500', 0],
      ['malformed', 1],
      ['timeout', 0],
      ['timeout_after_accept', 1],
    ])('%s leaves the outcome unknown, and nothing is sent again', async (initiate, payers) => {
      await bench().sandbox.fault({ initiate, count: 1 }, name);
      const provider = bench().provider({ env: HURRIED });
      const error = await thrownBy(() => start(scene, provider));
      expect(error).toBeInstanceOf(ProviderOutcomeUnknownError);
      expect(await initiates()).toHaveLength(1);
      expect(await asked(scene)).toHaveLength(payers);
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
      const reached = (await asked(scene)).map(({ reference }) => reference);
      expect(reached).toHaveLength(20);
      expect(new Set(reached)).toEqual(references);
    });

    if (wrongKey) {
      it('a key that the gateway does not accept is our mistake, and nobody is asked', async () => {
        const provider = bench().provider({ env: wrongKey });
        const error = await thrownBy(() => start(scene, provider));
        expect(error).toBeInstanceOf(ProviderMisconfiguredError);
        expect(await asked(scene)).toEqual([]);
      });
    }

    it('a repeat reaches the payer once where it is claimed safe', async () => {
      const provider = bench().provider();
      if (!provider.capabilities.repeatSafe.initiate) return;
      const request = requestOf(scene, provider);
      await bench().sandbox.fault({ initiate: 'timeout_after_accept', count: 1 }, name);
      const hurried = bench().provider({ env: HURRIED });
      await thrownBy(() => hurried.initiate(request));
      const [first, second] = [
        await initiated(provider, request),
        await initiated(provider, request),
      ];
      expect(second).toEqual(first);
      expect(await asked(scene)).toMatchObject([{ reference: request.reference }]);
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
      tokens: requests.filter((request) => wire.isToken?.(request)).length,
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
      expect(await asked(scene)).toMatchObject([{ reference }]);
    });

    it('20 parallel orders whose token was refused share the renewal', async () => {
      const provider = await withRefusedToken();
      await Promise.all(Array.from({ length: 20 }, () => start(scene, provider)));
      expect(await received()).toEqual({ tokens: 1, initiates: 40 });
      expect(await asked(scene)).toHaveLength(20);
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
