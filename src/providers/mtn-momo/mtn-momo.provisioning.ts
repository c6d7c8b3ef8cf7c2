import type { GatewayHttpClient } from '../http/gateway-http.client.js';
import type { GatewayAnswer } from '../http/gateway-http.types.js';
import { isRecord } from '../http/wire.reader.js';
import { ProviderMisconfiguredError, ProviderUnavailableError } from '../port/provider.errors.js';

export interface ApiUserOrder {
  /** No trailing slash. */
  baseUrl: string;
  subscriptionKey: string;
  /** Host of callbacks: no scheme, port or path. */
  callbackHost: string;
}

export interface ApiUser {
  apiUser: string;
  /** Shown once: MTN does not tell it again. */
  apiKey: string;
}

/**
 * Makes an API user and its key in MTN's sandbox; at a live host the Partner Portal does.
 * @param id UUID v4 that the user gets. After a failure take a new one; a user without a key does no harm.
 * @throws ProviderMisconfiguredError, ProviderUnavailableError, and those of `GatewayHttpClient.send`.
 */
export async function provisionApiUser(
  http: Pick<GatewayHttpClient, 'send'>,
  id: string,
  { baseUrl, subscriptionKey, callbackHost }: ApiUserOrder,
): Promise<ApiUser> {
  const headers = { 'ocp-apim-subscription-key': subscriptionKey };
  const common = { provider: 'mtn_momo', operation: 'provision', method: 'POST' } as const;
  const made = await http.send({
    ...common,
    url: `${baseUrl}/v1_0/apiuser`,
    headers: { ...headers, 'x-reference-id': id, 'content-type': 'application/json' },
    body: JSON.stringify({ providerCallbackHost: callbackHost }),
  });
  if (made.status !== 201) throw refusal('no API user', made);
  const keyed = await http.send({
    ...common,
    url: `${baseUrl}/v1_0/apiuser/${id}/apikey`,
    headers,
  });
  const apiKey = isRecord(keyed.json) ? keyed.json['apiKey'] : null;
  if (keyed.status === 201 && typeof apiKey === 'string' && /^[!-~]+$/.test(apiKey)) {
    return { apiUser: id, apiKey };
  }
  throw refusal('no API key', keyed);
}

function refusal(what: string, { status, json }: GatewayAnswer): Error {
  const { message, code } = isRecord(json) ? json : {};
  const said = [code, message].filter((word) => typeof word === 'string').join(': ');
  const why = `MTN gave ${what} (${status}${said === '' ? '' : `, ${said}`})`;
  return status === 401 || status === 403
    ? new ProviderMisconfiguredError(`${why}; check the subscription key and its product`)
    : new ProviderUnavailableError(why, 'rejected');
}
