import type { Histogram } from 'prom-client';
import type { Metrics } from '../../http/index.js';

/**
 * - `ok`, `refused` (4xx), `error` (5xx), `odd` (anything else): the gateway answered.
 * - `unreachable`: surely not sent. `unknown`: sent, and no answer came back. `held`: the circuit is open.
 */
export type CallOutcome =
  'ok' | 'refused' | 'error' | 'odd' | 'unreachable' | 'unknown' | 'held' | 'misconfigured';

const LABELS = ['provider', 'operation', 'outcome'] as const;
const BUCKETS_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];

/** The durations of all calls to gateways; the `_count` series is their number. */
export function gatewayDurations(
  metrics: Pick<Metrics, 'histogram'>,
): Histogram<(typeof LABELS)[number]> {
  return metrics.histogram(
    'gateway_request_duration_seconds',
    'Time from a call to a payment gateway to its answer or failure',
    LABELS,
    BUCKETS_S,
  );
}

export function outcomeOfStatus(status: number): CallOutcome {
  if (status >= 200 && status < 300) return 'ok';
  if (status >= 400 && status < 500) return 'refused';
  return status >= 500 ? 'error' : 'odd';
}
