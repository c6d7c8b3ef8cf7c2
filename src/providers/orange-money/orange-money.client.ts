import type { GatewayHttpClient } from '../http/gateway-http.client.js';
import type { GatewayAnswer, GatewayCall } from '../http/gateway-http.types.js';
import { isRecord } from '../http/wire.reader.js';
import {
  ProviderMisconfiguredError,
  ProviderOutcomeUnknownError,
  ProviderUnavailableError,
} from '../port/provider.errors.js';
import type { OrangeMoneySettings } from './orange-money.config.js';
import { type OrangeMoneyToken, OrangeMoneyTokens } from './orange-money.tokens.js';
import type { OrangeMoneyPaymentRequest, OrangeMoneyStatusRequest } from './orange-money.types.js';

type Body = OrangeMoneyPaymentRequest | OrangeMoneyStatusRequest;
type Call = Pick<GatewayCall, 'operation'> & { path: string; body: Body };

/** Orange's endpoints, with the token kept and renewed. Knows the wire, judges nothing but tokens. */
export class OrangeMoneyClient {
  private readonly tokens: OrangeMoneyTokens;

  constructor(
    private readonly http: Pick<GatewayHttpClient, 'send'>,
    private readonly settings: OrangeMoneySettings,
  ) {
    this.tokens = new OrangeMoneyTokens(() => this.requestToken());
  }

  /** Opens the page. @throws the errors of `GatewayHttpClient.send` and of the token request. */
  createPayment(body: OrangeMoneyPaymentRequest, signal: AbortSignal): Promise<GatewayAnswer> {
    return this.authorised({ operation: 'initiate', path: '/webpayment', body }, signal);
  }

  /** @throws as `createPayment`. */
  fetchStatus(body: OrangeMoneyStatusRequest, signal: AbortSignal): Promise<GatewayAnswer> {
    return this.authorised({ operation: 'status', path: '/transactionstatus', body }, signal);
  }

  /** A 401 says that the call was not carried out, so it is repeated, once, with a new token. */
  private async authorised(call: Call, signal: AbortSignal): Promise<GatewayAnswer> {
    const token = await inTime(this.tokens.current(), signal);
    const answer = await this.sendWith(token, call, signal);
    if (answer.status !== 401) return answer;
    return this.sendWith(await inTime(this.tokens.renew(token), signal), call, signal);
  }

  private sendWith(token: string, call: Call, signal: AbortSignal): Promise<GatewayAnswer> {
    const { operation, path, body } = call;
    return this.http.send({
      provider: 'orange_money',
      operation,
      method: 'POST',
      url: this.settings.baseUrl + this.settings.webpayPath + path,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body: JSON.stringify(body),
      reference: body.order_id,
      signal,
    });
  }

  /** Not bound to one caller's deadline: several callers may wait for the same token. */
  private async requestToken(): Promise<OrangeMoneyToken> {
    const { clientId, clientSecret, baseUrl } = this.settings;
    const credentials = Buffer.from(`${clientId}:${clientSecret}`, 'utf8').toString('base64');
    const call: GatewayCall = {
      provider: 'orange_money',
      operation: 'token',
      method: 'POST',
      url: `${baseUrl}/oauth/v3/token`,
      headers: {
        authorization: `Basic ${credentials}`,
        'content-type': 'application/x-www-form-urlencoded',
        // Without it the answer is 406.
        accept: 'application/json',
      },
      body: 'grant_type=client_credentials',
    };
    try {
      return readToken(await this.http.send(call));
    } catch (error) {
      // A token moves no money: whatever became of this request, the payer was not asked.
      if (!(error instanceof ProviderOutcomeUnknownError)) throw error;
      throw new ProviderUnavailableError(error.message, 'unreachable', { cause: error });
    }
  }
}

/** Answers to a token request that mean that Orange does not know our credentials. */
const REFUSES_CREDENTIALS = new Set([400, 401, 403]);

function readToken({ status, json }: GatewayAnswer): OrangeMoneyToken {
  const body = isRecord(json) ? json : {};
  const { access_token: value } = body;
  if (status === 200 && typeof value === 'string' && /^[!-~]+$/.test(value)) {
    return { value, lifeMs: readLife(body.expires_in) };
  }
  if (REFUSES_CREDENTIALS.has(status)) {
    throw new ProviderMisconfiguredError(
      `Orange does not accept our credentials (${status}); check ` +
        'ORANGE_CLIENT_ID and ORANGE_CLIENT_SECRET',
    );
  }
  throw new ProviderUnavailableError(`Orange gave no token (${status})`, 'rejected');
}

/** Seconds, as a number or a string; an hour and 90 days were both seen. */
function readLife(value: unknown): number | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[1-9]\d{0,8}$/.test(text) ? Number(text) * 1000 : null;
}

/** Waits for a token that others may wait for too, but no longer than this caller has time. */
function inTime(token: Promise<string>, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = (): void =>
      reject(new ProviderUnavailableError('orange token: too late, nothing sent', 'unreachable'));
    if (signal.aborted) late();
    signal.addEventListener('abort', late);
    token.then(resolve, reject).finally(() => signal.removeEventListener('abort', late));
  });
}
