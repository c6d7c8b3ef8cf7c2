import type { Gauge, Histogram } from 'prom-client';
import type { Metrics } from '../../http/index.js';

/**
 * - `ok`, `refused` (4xx), `error` (5xx), `odd` (anything else): the gateway answered.
 * - `unreachable`: surely not sent. `unknown`: sent, and no answer came back. `held`: the circuit is open.
 *   `crowded`: not sent, too many calls of this gateway are under way.
 */
export type CallOutcome =
  | 'ok'
  | 'refused'
  | 'error'
  | 'odd'
  | 'unreachable'
  | 'unknown'
  | 'held'
  | 'crowded'
  | 'misconfigured';

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

/** How full it is at each gateway, read when the figures are. */
export function gatewayCrowd(
  metrics: Pick<Metrics, 'gauge'>,
  census: () => { key: string; inside: number; waiting: number }[],
): Gauge<'provider' | 'state'> {
  const gauge = metrics.gauge(
    'gateway_calls',
    'Calls to a payment gateway: under way, and waiting for a free place',
    ['provider', 'state'] as const,
    () => {
      for (const { key, inside, waiting } of census()) {
        gauge.set({ provider: key, state: 'under_way' }, inside);
        gauge.set({ provider: key, state: 'waiting' }, waiting);
      }
    },
  );
  return gauge;
}

export function outcomeOfStatus(status: number): CallOutcome {
  if (status >= 200 && status < 300) return 'ok';
  if (status >= 400 && status < 500) return 'refused';
  return status >= 500 ? 'error' : 'odd';
}
