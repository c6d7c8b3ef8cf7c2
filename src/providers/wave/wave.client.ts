import { createHmac } from 'node:crypto';
import type { GatewayHttpClient } from '../http/gateway-http.client.js';
import type { GatewayAnswer, GatewayCall } from '../http/gateway-http.types.js';
import type { WaveSettings } from './wave.config.js';
import type { WaveCheckoutRequest } from './wave.types.js';

type WaveCall = Pick<GatewayCall, 'operation' | 'method' | 'reference' | 'signal'> & {
  path: string;
  /** The exact text that is signed and sent; '' for none. */
  body?: string;
};

const SESSIONS = '/v1/checkout/sessions';

/** Wave's Checkout endpoints. Knows the wire, judges nothing. All throw as `GatewayHttpClient.send` does. */
export class WaveClient {
  constructor(
    private readonly http: Pick<GatewayHttpClient, 'send'>,
    private readonly settings: WaveSettings,
  ) {}

  createSession(body: WaveCheckoutRequest, signal: AbortSignal): Promise<GatewayAnswer> {
    return this.send({
      operation: 'initiate',
      method: 'POST',
      path: SESSIONS,
      body: JSON.stringify(body),
      reference: body.client_reference,
      signal,
    });
  }

  fetchSession(id: string, reference: string, signal: AbortSignal): Promise<GatewayAnswer> {
    const path = `${SESSIONS}/${encodeURIComponent(id)}`;
    return this.send({ operation: 'status', method: 'GET', path, reference, signal });
  }

  searchSessions(reference: string, signal: AbortSignal): Promise<GatewayAnswer> {
    const query = new URLSearchParams({ client_reference: reference });
    const path = `${SESSIONS}/search?${query.toString()}`;
    return this.send({ operation: 'search', method: 'GET', path, reference, signal });
  }

  /** Closes an open session; 409 when it is complete or expired already. */
  expireSession(id: string, reference: string, signal: AbortSignal): Promise<GatewayAnswer> {
    const path = `${SESSIONS}/${encodeURIComponent(id)}/expire`;
    return this.send({ operation: 'cancel', method: 'POST', path, reference, signal });
  }

  /** All of it, fees included; takes no body, and calling again is safe. */
  refundSession(id: string, reference: string, signal: AbortSignal): Promise<GatewayAnswer> {
    const path = `${SESSIONS}/${encodeURIComponent(id)}/refund`;
    return this.send({ operation: 'refund', method: 'POST', path, reference, signal });
  }

  private send({ path, body = '', ...call }: WaveCall): Promise<GatewayAnswer> {
    const { baseUrl, apiKey } = this.settings;
    return this.http.send({
      ...call,
      provider: 'wave',
      url: baseUrl + path,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body !== '' && { 'content-type': 'application/json' }),
        ...this.signature(body),
      },
      ...(body !== '' && { body }),
    });
  }

  /** For keys made with request signing: hex HMAC-SHA256 over the time immediately followed by the body. */
  private signature(body: string): Record<string, string> {
    const secret = this.settings.requestSigningSecret;
    if (secret === null) return {};
    const t = Math.floor(Date.now() / 1000);
    const v1 = createHmac('sha256', secret).update(`${t}${body}`, 'utf8').digest('hex');
    return { 'wave-signature': `t=${t},v1=${v1}` };
  }
}
