import type { KeyObject } from 'node:crypto';
import type { GatewayHttpClient } from '../http/gateway-http.client.js';
import type { GatewayAnswer, GatewayCall } from '../http/gateway-http.types.js';
import { isRecord } from '../http/wire.reader.js';
import {
  ProviderMisconfiguredError,
  ProviderOutcomeUnknownError,
  ProviderUnavailableError,
} from '../port/provider.errors.js';
import type { AzamPaySettings } from './azampay.config.js';
import { readPublicKey } from './azampay.keys.js';
import { type AzamPayToken, AzamPayTokens } from './azampay.tokens.js';
import type {
  AzamPayCheckoutRequest,
  AzamPayNetwork,
  AzamPayTokenRequest,
} from './azampay.types.js';

type AuthorisedCall = Omit<GatewayCall, 'provider'>;

/** AzamPay's endpoints, with the token kept and renewed. Knows the wire, judges nothing but tokens. */
export class AzamPayClient {
  private readonly tokens: AzamPayTokens;

  constructor(
    private readonly http: Pick<GatewayHttpClient, 'send'>,
    private readonly settings: AzamPaySettings,
  ) {
    this.tokens = new AzamPayTokens(() => this.requestToken());
  }

  /** Pushes the prompt. @throws the errors of `GatewayHttpClient.send` and of the token request. */
  checkout(body: AzamPayCheckoutRequest, signal: AbortSignal): Promise<GatewayAnswer> {
    return this.authorised(
      {
        operation: 'initiate',
        method: 'POST',
        url: this.settings.checkoutUrl + this.settings.checkoutPath,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        reference: body.externalId,
      },
      signal,
    );
  }

  /** Undocumented: keyed on AzamPay's own id, seen on the sandbox only. */
  fetchStatus(
    transactionId: string,
    provider: AzamPayNetwork | null,
    signal: AbortSignal,
  ): Promise<GatewayAnswer> {
    const query = new URLSearchParams({ transactionId, ...(provider && { provider }) });
    const url = `${this.settings.checkoutUrl}${this.settings.statusPath}?${query.toString()}`;
    return this.authorised({ operation: 'status', method: 'GET', url }, signal);
  }

  /** The key from the first address that answers one; null when none does. @throws as `checkout`. */
  async fetchPublicKey(signal: AbortSignal): Promise<KeyObject | null> {
    for (const url of this.settings.publicKeyUrls) {
      const answer = await this.authorised({ operation: 'public_key', method: 'GET', url }, signal);
      const key = answer.status === 200 ? readPublicKey(keyText(answer)) : null;
      if (key) return key;
    }
    return null;
  }

  /** A 401 says that the call was not carried out, so it is repeated, once, with a new token. */
  private async authorised(call: AuthorisedCall, signal: AbortSignal): Promise<GatewayAnswer> {
    const token = await inTime(this.tokens.current(), signal);
    const answer = await this.sendWith(token, call, signal);
    if (answer.status !== 401) return answer;
    const renewed = await inTime(this.tokens.renew(token), signal);
    return this.sendWith(renewed, call, signal);
  }

  private sendWith(
    token: string,
    call: AuthorisedCall,
    signal: AbortSignal,
  ): Promise<GatewayAnswer> {
    const headers = { ...call.headers, ...this.apiKey(), authorization: `Bearer ${token}` };
    return this.http.send({ ...call, provider: 'azampay', headers, signal });
  }

  private apiKey(): Record<string, string> {
    return this.settings.apiKey === null ? {} : { 'x-api-key': this.settings.apiKey };
  }

  /** Not bound to one caller's deadline: several callers may wait for the same token. */
  private async requestToken(): Promise<AzamPayToken> {
    const { appName, clientId, clientSecret, authUrl } = this.settings;
    const body: AzamPayTokenRequest = { appName, clientId, clientSecret };
    const call: GatewayCall = {
      provider: 'azampay',
      operation: 'token',
      method: 'POST',
      url: `${authUrl}/AppRegistration/GenerateToken`,
      headers: { 'content-type': 'application/json', ...this.apiKey() },
      body: JSON.stringify(body),
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

/** Answers of the authenticator that mean that it does not know our credentials. */
const REFUSES_CREDENTIALS = new Set([400, 401, 403, 423]);

function readToken({ status, json }: GatewayAnswer): AzamPayToken {
  const body = isRecord(json) ? json : {};
  const data = isRecord(body.data) ? body.data : {};
  const { accessToken } = data;
  if (status === 200 && typeof accessToken === 'string' && /^[!-~]+$/.test(accessToken)) {
    // `expire` is documented, `expireAt` was seen in production.
    return { value: accessToken, expiresAt: readTime(data.expire) ?? readTime(data.expireAt) };
  }
  // The body's own code is the truer one where the two disagree.
  const code = typeof body.statusCode === 'number' ? body.statusCode : status;
  if (REFUSES_CREDENTIALS.has(code)) {
    throw new ProviderMisconfiguredError(
      `AzamPay does not accept our credentials (${code}); check ` +
        'AZAMPAY_APP_NAME, AZAMPAY_CLIENT_ID and AZAMPAY_CLIENT_SECRET',
    );
  }
  throw new ProviderUnavailableError(`AzamPay gave no token (${code})`, 'rejected');
}

/** ISO 8601; without an offset it is UTC, as documented. */
function readTime(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const text = /[zZ]$|[+-]\d{2}:?\d{2}$/.test(value) ? value : `${value}Z`;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

/** `{publicKey}` is documented for the first address; the second one's shape is not. */
function keyText({ json, text }: GatewayAnswer): string {
  if (typeof json === 'string') return json;
  if (!isRecord(json)) return text;
  const { publicKey, data } = json;
  if (typeof publicKey === 'string') return publicKey;
  if (isRecord(data) && typeof data.publicKey === 'string') return data.publicKey;
  return typeof data === 'string' ? data : '';
}

/** Waits for a token that others may wait for too, but no longer than this caller has time. */
function inTime(token: Promise<string>, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = (): void =>
      reject(new ProviderUnavailableError('azampay token: too late, nothing sent', 'unreachable'));
    if (signal.aborted) late();
    signal.addEventListener('abort', late);
    token.then(resolve, reject).finally(() => signal.removeEventListener('abort', late));
  });
}
