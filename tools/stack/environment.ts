/** Addresses a product process needs; gateways may stand behind a proxy. */
export interface Addresses {
  port: number;
  databaseUrl: string;
  redisUrl: string | null;
  /** Base of all simulated gateways, without trailing slash. */
  gatewaysUrl: string;
  /** Where gateways and clients find the product. */
  publicUrl: string;
  dataDir: string;
}

/** Shared by the products and the sandbox, which checks what it is shown. Pretend, all of them. */
export const CREDENTIALS: Readonly<Record<string, string>> = {
  AZAMPAY_APP_NAME: 'malipo-torture',
  AZAMPAY_CLIENT_ID: 'torture-client-id',
  AZAMPAY_CLIENT_SECRET: 'torture-client-secret',
  CHAPA_SECRET_KEY: 'CHASECK_TEST-malipo-torture',
  CHAPA_WEBHOOK_SECRET: 'torture-chapa-webhook-secret',
  ORANGE_CLIENT_ID: 'torture-orange-client',
  ORANGE_CLIENT_SECRET: 'torture-orange-secret',
  ORANGE_MERCHANT_KEY: 'torture-orange-merchant',
  ORANGE_COUNTRY: 'ci',
  SIGNED_WEBHOOK_SECRET: 'torture-signed-webhook-secret',
  STRIPE_SECRET_KEY: 'sk_test_malipo_torture',
  STRIPE_WEBHOOK_SECRET: 'whsec_malipo_torture',
  WAVE_API_KEY: 'wave_sn_sandbox_torture',
  WAVE_WEBHOOK_SECRET: 'wave_sn_WHS_torture',
  MTN_SUBSCRIPTION_KEY: 'torture-collection',
  MTN_API_USER: '5a1e0c5e-0000-4000-8000-00000000c012',
  MTN_API_KEY: 'torture-collection-api-key',
  MTN_DISBURSEMENT_SUBSCRIPTION_KEY: 'torture-disbursement',
  MTN_DISBURSEMENT_API_USER: '5a1e0c5e-0000-4000-8000-00000000d152',
  MTN_DISBURSEMENT_API_KEY: 'torture-disbursement-api-key',
};

/** More than any run asks in a minute: what is tried is not how requests are limited. */
const UNLIMITED = '1000000';

/**
 * The environment of an API or a worker. The gateways are named one by one instead of by `SANDBOX=on`: two
 * APIs cannot own one sandbox, and addresses can lead through a proxy.
 */
export function productEnvironment(role: 'api' | 'worker', at: Addresses): Record<string, string> {
  return {
    ROLE: role,
    HOST: '127.0.0.1',
    PORT: String(at.port),
    PUBLIC_URL: at.publicUrl,
    LOG_LEVEL: 'warn',
    DATABASE_URL: at.databaseUrl,
    ...(at.redisUrl ? { REDIS_URL: at.redisUrl } : {}),
    DATA_DIR: at.dataDir,
    DEMO_DATA: 'on',
    ...beside(role, at),
    JWT_SECRET: 'only-for-torture-0123456789-0123456789',
    JWT_ACCESS_TTL_S: '86400',
    ...CREDENTIALS,
    AZAMPAY_AUTH_URL: `${at.gatewaysUrl}/azampay`,
    AZAMPAY_CHECKOUT_URL: `${at.gatewaysUrl}/azampay`,
    AZAMPAY_STATUS_QUERY: 'on',
    CHAPA_BASE_URL: `${at.gatewaysUrl}/chapa/v1`,
    ORANGE_BASE_URL: `${at.gatewaysUrl}/orange_money`,
    STRIPE_BASE_URL: `${at.gatewaysUrl}/stripe`,
    WAVE_BASE_URL: `${at.gatewaysUrl}/wave`,
    WAVE_RETURN_URL: 'https://shop.example.com/done',
    MTN_BASE_URL: `${at.gatewaysUrl}/mtn_momo`,
    MTN_CALLBACKS: 'on',
    AUDIT_ANCHOR_EVERY_S: role === 'worker' ? '5' : '0',
    AUDIT_ANCHOR_FILE: `${at.dataDir}/audit-anchors.log`,
    DAY_CLOSE_AUTOMATIC: 'off',
    RECONCILIATION_DAILY: 'off',
    LIMIT_REQUESTS_PER_MINUTE: UNLIMITED,
    LIMIT_LOGINS_PER_ACCOUNT: UNLIMITED,
    LIMIT_LOGINS_PER_ADDRESS: UNLIMITED,
    LIMIT_VERIFY_PER_MINUTE: UNLIMITED,
    LIMIT_GUEST_PER_MINUTE: UNLIMITED,
    LIMIT_PROMPTS_PER_PAYER: UNLIMITED,
    LIMIT_PROMPTS_PER_PAYMENT: UNLIMITED,
    LIMIT_WEBHOOKS_PER_MINUTE: UNLIMITED,
  };
}

/** A worker starts no sandbox; beside one, its mails go to the sandbox's inbox. */
function beside(role: 'api' | 'worker', { gatewaysUrl }: Addresses): Record<string, string> {
  if (role === 'api') return { SANDBOX: 'off' };
  return { SANDBOX: 'on', SANDBOX_PORT: new URL(gatewaysUrl).port };
}

export function sandboxEnvironment(port: number, productUrl: string): Record<string, string> {
  return {
    ...CREDENTIALS,
    SANDBOX_PORT: String(port),
    MALIPO_URL: productUrl,
    SANDBOX_CALLBACK_DELAY_MS: '20',
    SANDBOX_AUTO_ANSWER_DELAY_MS: '50',
    SANDBOX_LATE_DELAY_MS: '3000',
  };
}
