import { Global, Module, type Provider } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { CONFIG, type Environment, loadConfig } from '../config/index.js';
import { Metrics } from '../http/index.js';
import { Gateway } from './gateway.decorator.js';
import { gatewaySettings } from './gateways.js';
import type { PaymentProvider, ProviderCapabilities } from './port/provider.port.js';
import { falseClaims } from './provider.claims.js';
import { ProvidersModule } from './providers.module.js';
import { indexByCode, Providers } from './providers.registry.js';

const CAPABILITIES: ProviderCapabilities = {
  currencies: ['XOF'],
  countries: [],
  methods: ['mobile_money'],
  networks: [],
  needsPhone: false,
  flow: 'redirect',
  refund: 'none',
  cancel: false,
  statusQuery: true,
  repeatSafe: { initiate: false, refund: false },
  confirms: 'query',
  pollScheduleS: [5, 10],
  lifetimeS: 60,
  limits: { min: 1, max: 10, wholeOnly: true },
};

function aProvider(
  capabilities: Partial<ProviderCapabilities> = {},
  overrides: Partial<PaymentProvider> = {},
): PaymentProvider {
  return {
    code: 'wave',
    name: 'Wave',
    description: 'Wave',
    capabilities: { ...CAPABILITIES, ...capabilities },
    enabled: true,
    newReference: () => 'r',
    check: () => ({}),
    initiate: async () => ({ outcome: 'declined', code: 'c', message: 'm', request: {} }),
    fetchStatus: async () => ({
      state: 'unknown',
      gatewayTransactionId: null,
      amount: null,
      failure: null,
      wireStatus: '',
    }),
    ...overrides,
  };
}

async function boot(env: Environment, more: Provider[] = []) {
  const config = loadConfig(env, gatewaySettings);
  class Host {}
  class Globals {}
  Global()(Globals);
  Module({
    providers: [{ provide: CONFIG, useValue: config }, Metrics],
    exports: [CONFIG, Metrics],
  })(Globals);
  Module({ imports: [Globals, DiscoveryModule, ProvidersModule], providers: more })(Host);
  return NestFactory.createApplicationContext(Host, { logger: false, abortOnError: false });
}

describe('Providers', () => {
  it('finds the gateways of this build, with what 002 prints of them', async () => {
    const app = await boot({});
    const providers = app.get(Providers);
    expect(
      providers.all().map(({ code, name, description }) => ({ code, name, description })),
    ).toContainEqual({
      code: 'azampay',
      name: 'AZAM Pay',
      description: 'AZAM Pay Payment Gateway',
    });
    expect(providers.get('azampay')).toBe(providers.enabled()[0]);
    await app.close();
  });

  it('knows a gateway without settings, but does not offer it', async () => {
    const app = await boot({ SANDBOX: 'off', DEMO_DATA: 'off' });
    const providers = app.get(Providers);
    const confirmed = providers.enabled().map(({ capabilities }) => capabilities.confirms);
    expect([...new Set(confirmed)]).toEqual(['person']);
    expect(providers.get('azampay').enabled).toBe(false);
    await app.close();
  });

  it('refuses a code that nobody has, naming those there are', async () => {
    const app = await boot({});
    const providers = app.get(Providers);
    const known = providers.enabled().map(({ code }) => code);
    for (const code of ['paypal', '', 'constructor']) {
      expect(() => providers.get(code)).toThrow(
        expect.objectContaining({
          kind: 'invalid',
          code: 'unknown_provider',
          extra: { errors: { provider: [`must be one of ${known.join(', ')}`] } },
        }) as Error,
      );
    }
    await app.close();
  });

  it('stops the boot when two adapters have one code', async () => {
    class Twin {}
    Gateway()(Twin);
    const twin = {
      provide: Twin,
      useFactory: () => Object.assign(new Twin(), aProvider({}, { code: 'azampay' })),
    };
    await expect(boot({}, [twin])).rejects.toThrow('gateway azampay has two adapters: keep one');
  });
});

describe('indexByCode', () => {
  const withSettings = (): boolean => false;
  it('orders by integer id', () => {
    const codes = (['stripe', 'azampay', 'wave'] as const).map((code) => aProvider({}, { code }));
    expect([...indexByCode(codes, withSettings).keys()]).toEqual(['azampay', 'wave', 'stripe']);
  });

  it('lists every problem at once', () => {
    const wrong = [aProvider({ cancel: true }), aProvider({ lifetimeS: 0 })];
    expect(() => indexByCode(wrong, () => true)).toThrow(
      [
        'gateway wave is enabled without settings: declare them in gateways.ts under the key "wave"',
        'gateway wave claims "cancel" without cancel(): add one of them',
        'gateway wave has two adapters: keep one',
        'gateway wave is enabled without settings: declare them in gateways.ts under the key "wave"',
        'gateway wave has a lifetime of 0 s',
      ].join('\n'),
    );
  });

  it('lets a disabled gateway lack settings', () => {
    const off = aProvider({}, { enabled: false });
    expect(indexByCode([off], () => true).get('wave')).toBe(off);
  });
});

describe('falseClaims', () => {
  it('finds nothing wrong with an honest adapter', () => {
    expect(falseClaims(aProvider())).toEqual([]);
  });

  it.each([
    ['a refund without refund()', { refund: 'full' as const }, /"refund: full" without refund\(\)/],
    ['a cancellation without cancel()', { cancel: true }, /"cancel" without cancel\(\)/],
    [
      'signatures without parseWebhook()',
      { confirms: 'signature' as const },
      /without parseWebhook\(\)/,
    ],
    ['a currency that nobody knows', { currencies: ['XXX'] }, /currency XXX/],
    ['no currency', { currencies: [] }, /claims no currency/],
    ['limits upside down', { limits: { min: 2, max: 1, wholeOnly: true } }, /limits 2 to 1/],
    ['a schedule that falls', { pollScheduleS: [10, 5] }, /does not rise/],
    ['a schedule without a query', { statusQuery: false }, /poll schedule but no statusQuery/],
  ])('finds %s', (_case, capabilities, problem) => {
    const problems = falseClaims(aProvider(capabilities));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it('finds queries without fetchStatus()', () => {
    expect(falseClaims(aProvider({}, { fetchStatus: undefined }))).toEqual([
      'gateway wave claims "statusQuery" without fetchStatus(): add one of them',
      'gateway wave claims "confirms: query" without fetchStatus(): add one of them',
    ]);
  });

  it('finds a code without an id', () => {
    const odd = aProvider({}, { code: 'toString' as PaymentProvider['code'] });
    expect(falseClaims(odd)).toEqual([
      'gateway toString has no integer id: add it to PROVIDER_IDS',
    ]);
  });
});
