import { loadConfig } from '../../src/config/index.js';
import { gatewaySettings } from '../../src/providers/index.js';

const load = (env: Record<string, string>) => loadConfig(env, gatewaySettings);

describe('the settings of all gateways together', () => {
  it.each([
    [{ STRIPE_SECRET_KEY: 'sk_live_1' }, 'STRIPE_SECRET_KEY looks live'],
    [{ CHAPA_SECRET_KEY: 'CHASECK-1' }, 'CHAPA_SECRET_KEY looks live'],
    [{ WAVE_API_KEY: 'wave_sn_prod_1' }, 'WAVE_API_KEY looks live'],
    [{ MTN_TARGET_ENVIRONMENT: 'mtnghana' }, 'MTN_TARGET_ENVIRONMENT looks live'],
  ])('make it production with %j', (env, reason) => {
    expect(() => load(env)).toThrow(reason);
  });

  it.each<[Record<string, string>]>([
    [{ STRIPE_SECRET_KEY: 'sk_test_1' }],
    [{ CHAPA_SECRET_KEY: 'CHASECK_TEST-1', CHAPA_WEBHOOK_SECRET: 'x' }],
    [{ SIGNED_WEBHOOK_SECRET: 'x' }],
  ])('stay a playground with %j', (env) => {
    expect(load(env)).toMatchObject({ production: false, sandbox: { enabled: true } });
  });

  it.each([
    [{ CHAPA_SECRET: 'x' }, /CHAPA_SECRET: unknown setting; did you mean CHAPA_SECRET_KEY\?/],
    [{ SIGNED_WEBHOOK_KEY: 'x' }, /SIGNED_WEBHOOK_KEY: unknown setting/],
  ])('stop at %j', (env, expected) => {
    expect(() => load(env)).toThrow(expected);
  });
});
