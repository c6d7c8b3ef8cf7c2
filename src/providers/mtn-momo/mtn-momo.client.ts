import type { GatewayHttpClient } from '../http/gateway-http.client.js';
import type { GatewayAnswer, GatewayCall } from '../http/gateway-http.types.js';
import { isRecord } from '../http/wire.reader.js';
import {
  ProviderMisconfiguredError,
  ProviderOutcomeUnknownError,
  ProviderUnavailableError,
} from '../port/provider.errors.js';
import type { MtnCredentials, MtnMomoSettings } from './mtn-momo.config.js';
import { type MtnToken, MtnMomoTokens } from './mtn-momo.tokens.js';
import type { MtnRefundRequest, MtnRequestToPay } from './mtn-momo.types.js';

type Product = 'collection' | 'disbursement';
type ProductCall = Omit<GatewayCall, 'provider' | 'url'> & { path: string };

/** MTN's endpoints, with one token per product kept and renewed. Knows the wire, judges nothing but tokens. */
export class MtnMomoClient {
  private readonly tokens: Record<Product, MtnMomoTokens>;

  constructor(
    private readonly http: Pick<GatewayHttpClient, 'send'>,
    private readonly settings: MtnMomoSettings,
  ) {
    this.tokens = {
      collection: new MtnMomoTokens(() => this.requestToken('collection')),
      disbursement: new MtnMomoTokens(() => this.requestToken('disbursement')),
    };
  }

  /** @param id UUID v4; the resource is known by it from then on. @throws as all here, see `authorised`. */
  requestToPay(
    id: string,
    body: MtnRequestToPay,
    callbackUrl: string | null,
    signal: AbortSignal,
  ): Promise<GatewayAnswer> {
    return this.authorised('collection', {
      operation: 'initiate',
      method: 'POST',
      path: '/collection/v1_0/requesttopay',
      headers: {
        'x-reference-id': id,
        'content-type': 'application/json',
        // Left out rather than empty: MTN checks its host.
        ...(callbackUrl !== null && { 'x-callback-url': callbackUrl }),
      },
      body: JSON.stringify(body),
      reference: id,
      signal,
    });
  }

  fetchPayment(id: string, signal: AbortSignal): Promise<GatewayAnswer> {
    const path = `/collection/v1_0/requesttopay/${encodeURIComponent(id)}`;
    const call = { operation: 'status', method: 'GET', path, reference: id, signal } as const;
    return this.authorised('collection', call);
  }

  refund(id: string, body: MtnRefundRequest, signal: AbortSignal): Promise<GatewayAnswer> {
    return this.authorised('disbursement', {
      operation: 'refund',
      method: 'POST',
      path: `/disbursement/${this.settings.refundVersion}/refund`,
      headers: { 'x-reference-id': id, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      reference: body.externalId,
      signal,
    });
  }

  /** Both versions of the refund have this one query. */
  fetchRefund(id: string, reference: string, signal: AbortSignal): Promise<GatewayAnswer> {
    const path = `/disbursement/v1_0/refund/${encodeURIComponent(id)}`;
    const call = { operation: 'refund_status', method: 'GET', path, reference, signal } as const;
    return this.authorised('disbursement', call);
  }

  /**
   * A 401 says that the call was not carried out, so it is repeated, once, with a new token.
   * @throws the errors of `GatewayHttpClient.send` and of the token request.
   */
  private async authorised(product: Product, call: ProductCall): Promise<GatewayAnswer> {
    const tokens = this.tokens[product];
    const token = await inTime(tokens.current(), call.signal);
    const answer = await this.sendWith(token, product, call);
    if (answer.status !== 401) return answer;
    const renewed = await inTime(tokens.renew(token), call.signal);
    return this.sendWith(renewed, product, call);
  }

  private sendWith(
    token: string,
    product: Product,
    { path, headers, ...call }: ProductCall,
  ): Promise<GatewayAnswer> {
    return this.http.send({
      ...call,
      provider: 'mtn_momo',
      url: this.settings.baseUrl + path,
      headers: {
        ...headers,
        authorization: `Bearer ${token}`,
        'ocp-apim-subscription-key': this.credentials(product).subscriptionKey,
        'x-target-environment': this.settings.targetEnvironment,
      },
    });
  }

  private credentials(product: Product): MtnCredentials {
    const credentials = this.settings[product];
    if (credentials) return credentials;
    throw new ProviderMisconfiguredError(
      'MTN disbursement is not set up: MTN_DISBURSEMENT_SUBSCRIPTION_KEY and others are unset',
    );
  }

  /** Not bound to one caller's deadline: several callers may wait for the same token. */
  private async requestToken(product: Product): Promise<MtnToken> {
    const { subscriptionKey, apiUser, apiKey } = this.credentials(product);
    const basic = Buffer.from(`${apiUser}:${apiKey}`, 'utf8').toString('base64');
    const call: GatewayCall = {
      provider: 'mtn_momo',
      operation: 'token',
      method: 'POST',
      // With its trailing slash; a body is blamed for refusals, so there is none (Content-Length: 0).
      url: `${this.settings.baseUrl}/${product}/token/`,
      headers: { authorization: `Basic ${basic}`, 'ocp-apim-subscription-key': subscriptionKey },
    };
    try {
      return readToken(product, await this.http.send(call));
    } catch (error) {
      // A token moves no money: whatever became of this request, nobody was asked to pay.
      if (!(error instanceof ProviderOutcomeUnknownError)) throw error;
      throw new ProviderUnavailableError(error.message, 'unreachable', { cause: error });
    }
  }
}

const REFUSES_CREDENTIALS = new Set([400, 401, 403]);

function readToken(product: Product, { status, json }: GatewayAnswer): MtnToken {
  const { access_token: value, expires_in: seconds } = isRecord(json) ? json : {};
  if (status === 200 && typeof value === 'string' && /^[!-~]+$/.test(value)) {
    const lifeS = Number(seconds);
    return { value, lifeMs: (lifeS > 0 && lifeS <= 86_400 ? lifeS : 3_600) * 1000 };
  }
  if (REFUSES_CREDENTIALS.has(status)) {
    const prefix = product === 'collection' ? 'MTN' : 'MTN_DISBURSEMENT';
    throw new ProviderMisconfiguredError(
      `MTN does not accept our ${product} credentials (${status}); check ` +
        `${prefix}_SUBSCRIPTION_KEY, ${prefix}_API_USER and ${prefix}_API_KEY`,
    );
  }
  throw new ProviderUnavailableError(`MTN gave no ${product} token (${status})`, 'rejected');
}

/** Waits for a token that others may wait for too, but no longer than this caller has time. */
function inTime(token: Promise<string>, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = (): void =>
      reject(new ProviderUnavailableError('mtn_momo token: too late, nothing sent', 'unreachable'));
    if (signal?.aborted) late();
    signal?.addEventListener('abort', late);
    token.then(resolve, reject).finally(() => signal?.removeEventListener('abort', late));
  });
}
