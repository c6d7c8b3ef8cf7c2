import type { GatewayHttpClient } from '../http/gateway-http.client.js';
import type { GatewayAnswer, GatewayCall } from '../http/gateway-http.types.js';
import type { ChapaSettings } from './chapa.config.js';
import type { ChapaInitializeRequest, ChapaRefundRequest } from './chapa.types.js';

type Call = Pick<GatewayCall, 'operation' | 'method' | 'body' | 'reference'> & { path: string };

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Chapa's endpoints behind one static key. Knows the wire, judges nothing; throws as `send` does. */
export class ChapaClient {
  constructor(
    private readonly http: Pick<GatewayHttpClient, 'send'>,
    private readonly settings: Pick<ChapaSettings, 'secretKey' | 'baseUrl'>,
  ) {}

  initialize(body: ChapaInitializeRequest): Promise<GatewayAnswer> {
    return this.send({
      operation: 'initiate',
      method: 'POST',
      path: '/transaction/initialize',
      body: JSON.stringify(body),
      reference: body.tx_ref,
    });
  }

  verify(txRef: string): Promise<GatewayAnswer> {
    const path = `/transaction/verify/${encodeURIComponent(txRef)}`;
    return this.send({ operation: 'status', method: 'GET', path, reference: txRef });
  }

  cancel(txRef: string): Promise<GatewayAnswer> {
    const path = `/transaction/cancel/${encodeURIComponent(txRef)}`;
    return this.send({ operation: 'cancel', method: 'PUT', path, reference: txRef });
  }

  /** `payment` is Chapa's reference of it or, by a setting, ours. */
  refund(payment: string, fields: ChapaRefundRequest): Promise<GatewayAnswer> {
    const call = {
      operation: 'refund',
      method: 'POST' as const,
      path: `/refund/${encodeURIComponent(payment)}`,
      body: new URLSearchParams({ ...fields }).toString(),
      reference: fields.reference,
    };
    return this.send(call, FORM_TYPE);
  }

  verifyRefund(refundId: string, reference: string): Promise<GatewayAnswer> {
    const path = `/refund/${encodeURIComponent(refundId)}/verify`;
    return this.send({ operation: 'refund_status', method: 'GET', path, reference });
  }

  /** Chapa refuses calls without a content type, also those without a body. */
  private send({ path, ...call }: Call, contentType = JSON_TYPE): Promise<GatewayAnswer> {
    const { secretKey, baseUrl } = this.settings;
    const headers = { authorization: `Bearer ${secretKey}`, 'content-type': contentType };
    return this.http.send({ ...call, provider: 'chapa', url: baseUrl + path, headers });
  }
}
