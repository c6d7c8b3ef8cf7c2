import type { Fields } from '../../api/request.reader.js';
import { SandboxError } from '../../core/sandbox.error.js';

export const EVENTS = {
  'payment.completed': 'completed',
  'payment.pending': 'pending',
  'payment.failed': 'failed',
  'payment.cancelled': 'cancelled',
  'payment.refunded': 'refunded',
  'invoice.created': 'open',
} as const;
export const SCHEMES = ['hex', 'standard'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** What a person has the gateway tell. */
export interface Order {
  readonly scheme: Scheme;
  readonly body: {
    readonly event_type: string;
    readonly payment_id: string;
    readonly order_reference: string;
    readonly amount: string;
    readonly status: string;
    readonly currency?: string;
  };
}

/** One notification as it went out, and what the product answered. */
export interface Sent {
  readonly at: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Null where nothing answered. */
  readonly status: number | null;
  readonly answer: string | null;
  readonly error: string | null;
}

export interface Credentials {
  readonly secret: string;
  readonly header: string;
  readonly standardPrefix: string;
}

/** The product's own variables; an empty one counts as unset. */
export function readCredentials(env: Readonly<Record<string, string | undefined>>): Credentials {
  return {
    secret: env['SIGNED_WEBHOOK_SECRET'] || 'malipo-sandbox-signed-webhook',
    header: env['SIGNED_WEBHOOK_HEADER'] || 'X-Webhook-Signature',
    standardPrefix: env['SIGNED_WEBHOOK_STANDARD_PREFIX'] || 'webhook',
  };
}

/**
 * Only reference and amount are needed; an event is named with the status that goes with it.
 * @throws SandboxError 400.
 */
export function readOrder(fields: Fields, newPaymentId: () => string): Order {
  const event = wordOf(fields, 'event_type') ?? 'payment.completed';
  const currency = wordOf(fields, 'currency');
  const usual: Readonly<Record<string, string>> = EVENTS;
  return {
    scheme: readScheme(fields['scheme']),
    body: {
      event_type: event,
      payment_id: wordOf(fields, 'payment_id') ?? newPaymentId(),
      order_reference: required(fields, 'order_reference'),
      amount: required(fields, 'amount'),
      status: wordOf(fields, 'status') ?? usual[event] ?? 'completed',
      ...(currency !== null && { currency }),
    },
  };
}

function readScheme(value: unknown): Scheme {
  if (value === undefined || value === '') return 'hex';
  const scheme = SCHEMES.find((word) => word === value);
  if (scheme) return scheme;
  throw new SandboxError(400, `scheme: must be one of ${SCHEMES.join(', ')}`);
}

function required(fields: Fields, name: string): string {
  const word = wordOf(fields, name);
  if (word !== null) return word;
  throw new SandboxError(400, `${name}: must be a text`);
}

function wordOf(fields: Fields, name: string): string | null {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return null;
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string' && text.trim() !== '') return text.trim();
  throw new SandboxError(400, `${name}: must be a text`);
}
