import { Money } from '../../src/common/index.js';
import { mtnMomoSettings } from '../../src/providers/mtn-momo/mtn-momo.config.js';
import { MtnMomoProvider } from '../../src/providers/mtn-momo/mtn-momo.provider.js';
import { ProviderMisconfiguredError } from '../../src/providers/index.js';
import { waitFor } from '../support/wait.js';
import { ContractBench } from './contract.bench.js';
import { HURRIED, lostView } from './contract.harness.js';

const CALLBACK_PATH = '/api/payments/webhooks/mtn/';

describe('MTN MoMo against its simulator', () => {
  let bench: ContractBench;
  let provider: MtnMomoProvider;
  beforeAll(async () => {
    bench = await ContractBench.open(
      mtnMomoSettings,
      (config, http) => new MtnMomoProvider(config, http),
    );
  });
  beforeEach(async () => {
    await bench.reset();
    provider = adapter();
  });
  afterAll(() => bench.close());

  const adapter = (env: Record<string, string> = {}) => bench.provider({ env }) as MtnMomoProvider;
  const orderOf = (phone = '256772123456', amount = Money.parse('900', 'XOF')) => ({
    reference: provider.newReference(),
    amount,
    phone,
    network: 'MTN' as const,
    description: 'Booking',
    customer: { name: null, email: null },
    returnUrl: null,
    callbackUrl: bench.trap.url + CALLBACK_PATH,
  });
  const attempt = async (phone?: string) => {
    const order = orderOf(phone);
    await provider.initiate(order);
    return lostView(order);
  };
  const ended = (view: ReturnType<typeof lostView>) =>
    waitFor('the end of it', async () => {
      const result = await provider.fetchStatus(view);
      return result.state === 'pending' ? null : result;
    });

  it.each([
    ['46733123450', 'failed', 'FAILED/INTERNAL_PROCESSING_ERROR'],
    ['46733123451', 'cancelled', 'FAILED/APPROVAL_REJECTED'],
    ['46733123452', 'expired', 'FAILED/EXPIRED'],
    ['46733123455', 'failed', 'FAILED/PAYER_NOT_FOUND'],
    ['46733123456', 'failed', 'FAILED/PAYEE_NOT_ALLOWED_TO_RECEIVE'],
    ['46733123463', 'expired', 'FAILED/COULD_NOT_PERFORM_TRANSACTION'],
    ['46733123464', 'failed', 'FAILED/TRANSFER_TYPE_UNKNOWN'],
  ])('%s ends %s', async (phone, state, wireStatus) => {
    expect(await ended(await attempt(phone))).toMatchObject({ state, wireStatus });
  });

  it.each(['46733123457', '46733123458', '46733123459', '46733123460'])(
    '%s blames our settings, under HTTP 500',
    async (phone) => {
      await expect(attempt(phone)).rejects.toThrow(ProviderMisconfiguredError);
      expect(await bench.sandbox.prompts()).toEqual([]);
    },
  );

  it.each(['46733123461', '46733123462'])('%s leaves the outcome unknown', async (phone) => {
    await expect(attempt(phone)).rejects.toThrow('says nothing');
  });

  it('46733123454 stays pending, also when its prompt lapses', async () => {
    const view = await attempt('46733123454');
    await bench.sandbox.answer(view.reference, 'ignore');
    expect((await provider.fetchStatus(view)).state).toBe('pending');
  });

  it('a payment that cannot be seen yet is not found, then found', async () => {
    const view = await attempt();
    await bench.control('/api/mtn_momo/lag');
    expect((await provider.fetchStatus(view)).state).toBe('not_found');
    expect((await provider.fetchStatus(view)).state).toBe('pending');
  });

  it("a payer's refusal is told by the query as such", async () => {
    const view = await attempt();
    await bench.sandbox.fault({ status: 'decline', count: 1 }, 'mtn_momo');
    expect(await provider.fetchStatus(view)).toMatchObject({
      state: 'cancelled',
      failure: { code: 'declined' },
    });
  });

  it('an empty wallet is found out after 202', async () => {
    await bench.sandbox.fault({ initiate: 'insufficient_funds', count: 1 }, 'mtn_momo');
    const view = await attempt();
    expect(await ended(view)).toMatchObject({
      state: 'failed',
      failure: { code: 'insufficient_funds' },
    });
    const [input] = await bench.trap.about(view.reference);
    if (!input) throw new Error('no callback came');
    expect(await provider.parseWebhook(input)).toMatchObject({
      verdict: 'unsigned',
      askGateway: true,
      event: { state: 'failed', failure: { code: 'insufficient_funds' } },
    });
  });

  it('calls back by POST and by PUT, and tells reasons as objects and as strings', async () => {
    const shapes = new Set<string>();
    for (const view of [await attempt('46733123451'), await attempt('46733123451')]) {
      const [input] = await bench.trap.about(view.reference);
      const body = JSON.parse(input?.rawBody.toString('utf8') ?? 'null') as { reason?: unknown };
      shapes.add(typeof body.reason);
      expect(input?.path).toBe(CALLBACK_PATH);
      expect(Object.keys(input?.headers ?? {}).join()).not.toMatch(/signature|reference/);
    }
    expect(shapes).toEqual(new Set(['object', 'string']));
    const methods = bench.trap.caught.map((caught) => ('method' in caught ? caught.method : ''));
    expect(new Set(methods)).toEqual(new Set(['POST', 'PUT']));
  });

  it('calls nobody back where no address was named', async () => {
    const quiet = adapter({ MTN_CALLBACKS: 'off' });
    const order = orderOf();
    await quiet.initiate(order);
    await bench.sandbox.answer(order.reference, 'approve');
    expect((await quiet.fetchStatus(lostView(order))).state).toBe('paid');
    const view = await attempt();
    await bench.sandbox.answer(view.reference, 'approve');
    await bench.trap.about(view.reference);
    expect(bench.trap.caught).toHaveLength(1);
  });

  describe('refunds', () => {
    const paid = async () => {
      const view = await attempt();
      await bench.sandbox.answer(view.reference, 'approve');
      return view;
    };
    const refund = (view: ReturnType<typeof lostView>, amount: string, reference: string) => ({
      attempt: view,
      reference,
      amount: Money.parse(amount, 'XOF'),
      reason: 'Cancelled',
      phone: null,
      gatewayRefundId: null,
    });

    it('of the same payment again is accepted, and fails', async () => {
      const view = await paid();
      await provider.refund(refund(view, '900', 'rf-1'));
      await provider.refund(refund(view, '900', 'rf-2'));
      const states = await Promise.all(
        ['rf-1', 'rf-2'].map(async (reference) => {
          const { state } = await provider.fetchRefundStatus(refund(view, '900', reference));
          return state;
        }),
      );
      expect(states).toEqual(['processing', 'failed']);
    });

    it('of parts, where that is on, add up to the whole and no further', async () => {
      const parts = adapter({ MTN_PARTIAL_REFUNDS: 'on', MTN_REFUND_VERSION: 'v2_0' });
      const view = await paid();
      const asked = [refund(view, '300', 'rf-1'), refund(view, '601', 'rf-2')];
      asked.push(refund(view, '600', 'rf-3'));
      for (const one of asked) expect((await parts.refund(one)).outcome).toBe('accepted');
      for (const one of asked) {
        const { state } = await parts.fetchRefundStatus(one);
        expect([one.reference, state]).toEqual([
          one.reference,
          one.reference === 'rf-2' ? 'failed' : 'processing',
        ]);
      }
      const sent = (await bench.requests('mtn_momo')).filter(({ path }) =>
        path.endsWith('/v2_0/refund'),
      );
      expect(sent).toHaveLength(3);
    });

    it('repeated after a lost answer are carried out once', async () => {
      const view = await paid();
      const once = refund(view, '900', 'rf-1');
      await bench.sandbox.fault({ refund: 'timeout_after_accept', count: 1 }, 'mtn_momo');
      await expect(adapter(HURRIED).refund(once)).rejects.toThrow('after it was sent');
      expect((await provider.refund(once)).outcome).toBe('accepted');
      await bench.control('/api/mtn_momo/refunds/rf-1/complete');
      expect((await provider.fetchRefundStatus(once)).state).toBe('completed');
    });
  });

  it('asks for tokens as documented: a trailing slash, Basic, no body', async () => {
    const view = await attempt();
    await bench.sandbox.answer(view.reference, 'approve');
    const tokens = (await bench.requests('mtn_momo')).filter(({ path }) => path.includes('token'));
    expect(tokens).toHaveLength(1);
    expect(tokens[0]).toMatchObject({
      method: 'POST',
      path: '/collection/token/',
      headers: {
        'content-length': '0',
        authorization: expect.stringMatching(/^Basic /) as string,
        'ocp-apim-subscription-key': 'malipo-sandbox-collection',
      },
      body: '',
    });
  });
});
