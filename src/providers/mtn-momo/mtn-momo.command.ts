import { parseArgs } from 'node:util';
import { newUuid } from '../../common/index.js';
import type { Config } from '../../config/index.js';
import { Metrics } from '../../http/index.js';
import { GatewayHttpClient } from '../http/gateway-http.client.js';
import { provisionApiUser } from './mtn-momo.provisioning.js';

export const MTN_PROVISION_USAGE = [
  'usage: npm run mtn:provision -- --callback-host pay.example.com [--product disbursement]',
  '',
  "Makes an API user and its key in MTN's sandbox and prints them as settings. The subscription key is read",
  'from MTN_SUBSCRIPTION_KEY (MTN_DISBURSEMENT_SUBSCRIPTION_KEY for --product disbursement), the host from',
  'MTN_BASE_URL. Live users and keys come from the Partner Portal.',
].join('\n');

const SANDBOX_URL = 'https://sandbox.momodeveloper.mtn.com';
const PREFIXES = { collection: 'MTN', disbursement: 'MTN_DISBURSEMENT' } as const;
const LIMITS: Config['gateway'] = {
  connectTimeoutMs: 5_000,
  totalTimeoutMs: 20_000,
  maxConcurrent: 1,
  maxWaitMs: 0,
};

type Environment = Readonly<Record<string, string | undefined>>;
interface Wish {
  prefix: (typeof PREFIXES)[keyof typeof PREFIXES];
  baseUrl: string;
  subscriptionKey: string;
  callbackHost: string;
}

/**
 * Answers what to print. @throws Error naming everything wrong with arguments and settings, or what MTN refused.
 */
export async function mtnProvision(args: readonly string[], env: Environment): Promise<string> {
  if (args.includes('--help') || args.includes('-h')) return MTN_PROVISION_USAGE;
  const wish = readWish(args, env);
  const http = new GatewayHttpClient({ gateway: LIMITS }, new Metrics());
  try {
    const { apiUser, apiKey } = await provisionApiUser(http, newUuid(), wish);
    return `${wish.prefix}_API_USER=${apiUser}\n${wish.prefix}_API_KEY=${apiKey}`;
  } finally {
    await http.onApplicationShutdown();
  }
}

function readWish(args: readonly string[], env: Environment): Wish {
  const { values } = parseArgs({
    args: [...args],
    options: { 'callback-host': { type: 'string' }, product: { type: 'string' } },
  });
  const problems: string[] = [];
  const { product = 'collection', 'callback-host': callbackHost = '' } = values;
  if (product !== 'collection' && product !== 'disbursement') {
    throw new Error(`--product: "${product}" is none; use collection or disbursement`);
  }
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(callbackHost)) {
    problems.push('--callback-host: give the host of PUBLIC_URL alone, such as pay.example.com');
  }
  const prefix = PREFIXES[product];
  const subscriptionKey = env[`${prefix}_SUBSCRIPTION_KEY`]?.trim() ?? '';
  if (!/^[!-~]+$/.test(subscriptionKey)) {
    problems.push(
      `${prefix}_SUBSCRIPTION_KEY: missing; copy the primary key of the ${product} product`,
    );
  }
  const target = env['MTN_TARGET_ENVIRONMENT']?.trim() || 'sandbox';
  if (target !== 'sandbox') {
    problems.push(
      `MTN_TARGET_ENVIRONMENT: ${target} is live; its keys come from the Partner Portal`,
    );
  }
  const baseUrl = (env['MTN_BASE_URL']?.trim() || SANDBOX_URL).replace(/\/+$/, '');
  if (!URL.canParse(baseUrl)) problems.push(`MTN_BASE_URL: "${baseUrl}" is no address`);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { prefix, baseUrl, subscriptionKey, callbackHost };
}
