import type { ProviderCode } from '../port/provider.port.js';

/** One HTTP request to a gateway. */
export interface GatewayCall {
  provider: ProviderCode;
  /** What it is for, in a word: `token`, `initiate`, `status`. A label of metrics, so never an id. */
  operation: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** The exact bytes; the caller names their type in `headers`. */
  body?: string;
  /** Our reference, for the log line. */
  reference?: string;
  /** Ends the call earlier than the configured total timeout, e.g. where several calls share one deadline. */
  signal?: AbortSignal;
}

/** What a gateway answered, whatever its status: the adapter alone knows what a status means. */
export interface GatewayAnswer {
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
  /** The body read as JSON; `undefined` when it is not JSON. */
  json: unknown;
}
