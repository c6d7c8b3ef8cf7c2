import type { GatewayHttpClient } from '../http/gateway-http.client.js';
import type { GatewayAnswer, GatewayCall } from '../http/gateway-http.types.js';
import type { StripeSettings } from './stripe.config.js';
import { type FormFields, toForm } from './stripe.form.js';
import { stripeSdk } from './stripe.sdk.js';

type StripeCall = Pick<GatewayCall, 'operation' | 'reference' | 'signal'> & {
  path: string;
  /** Makes it a POST. */
  form?: FormFields;
  /** At most 255 characters. The same one with the same form is answered with what it was answered first. */
  idempotencyKey?: string;
};

const SESSIONS = '/v1/checkout/sessions';
const REFUNDS = '/v1/refunds';
/** The most that Stripe lists at once. */
const PAGE = '100';

/**
 * Stripe's REST endpoints. Stripe's own library is used for signatures and its API version only: its requests
 * would hide from us whether one was sent, trust answers unread, and repeat what fails on a closed connection.
 * Knows the wire, judges nothing. All throw as `GatewayHttpClient.send` does.
 */
export class StripeClient {
  constructor(
    private readonly http: Pick<GatewayHttpClient, 'send'>,
    private readonly settings: Pick<StripeSettings, 'baseUrl' | 'secretKey'>,
  ) {}

  createSession(reference: string, form: FormFields, signal: AbortSignal): Promise<GatewayAnswer> {
    const idempotencyKey = reference;
    return this.send({
      operation: 'initiate',
      path: SESSIONS,
      form,
      idempotencyKey,
      reference,
      signal,
    });
  }

  fetchSession(
    operation: string,
    id: string,
    reference: string,
    signal: AbortSignal,
  ): Promise<GatewayAnswer> {
    return this.send({
      operation,
      path: `${SESSIONS}/${encodeURIComponent(id)}`,
      reference,
      signal,
    });
  }

  /** Without a key: expiring twice changes nothing, and a kept answer would only grow old. */
  expireSession(id: string, reference: string, signal: AbortSignal): Promise<GatewayAnswer> {
    const path = `${SESSIONS}/${encodeURIComponent(id)}/expire`;
    return this.send({ operation: 'cancel', path, form: {}, reference, signal });
  }

  createRefund(reference: string, form: FormFields, signal: AbortSignal): Promise<GatewayAnswer> {
    const idempotencyKey = reference;
    return this.send({
      operation: 'refund',
      path: REFUNDS,
      form,
      idempotencyKey,
      reference,
      signal,
    });
  }

  fetchRefund(id: string, reference: string, signal: AbortSignal): Promise<GatewayAnswer> {
    const path = `${REFUNDS}/${encodeURIComponent(id)}`;
    return this.send({ operation: 'refund_status', path, reference, signal });
  }

  listRefunds(intent: string, reference: string, signal: AbortSignal): Promise<GatewayAnswer> {
    const query = new URLSearchParams({ payment_intent: intent, limit: PAGE });
    const path = `${REFUNDS}?${query.toString()}`;
    return this.send({ operation: 'refund_status', path, reference, signal });
  }

  private send({ path, form, idempotencyKey, ...call }: StripeCall): Promise<GatewayAnswer> {
    const { baseUrl, secretKey } = this.settings;
    return this.http.send({
      ...call,
      provider: 'stripe',
      method: form ? 'POST' : 'GET',
      url: baseUrl + path,
      headers: {
        authorization: `Bearer ${secretKey}`,
        'stripe-version': stripeSdk().API_VERSION,
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(form && { body: toForm(form) }),
    });
  }
}
