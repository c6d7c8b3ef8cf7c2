import { Histogram, register, type Registry } from 'prom-client';

/**
 * - `ok`, `refused` (4xx), `error` (5xx), `odd` (anything else): the gateway answered.
 * - `unreachable`: surely not sent. `unknown`: sent, and no answer came back. `held`: the circuit is open.
 */
export type CallOutcome =
  'ok' | 'refused' | 'error' | 'odd' | 'unreachable' | 'unknown' | 'held' | 'misconfigured';

const NAME = 'gateway_request_duration_seconds';
const LABELS = ['provider', 'operation', 'outcome'] as const;

/** The histogram of all calls to gateways; its `_count` series is the number of calls. */
export function gatewayDurations(
  registry: Registry = register,
): Histogram<(typeof LABELS)[number]> {
  const existing = registry.getSingleMetric(NAME);
  if (existing instanceof Histogram) return existing;
  return new Histogram({
    name: NAME,
    help: 'Duration of calls to payment gateways, in seconds',
    labelNames: LABELS,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60],
    registers: [registry],
  });
}

export function outcomeOfStatus(status: number): CallOutcome {
  if (status >= 200 && status < 300) return 'ok';
  if (status >= 400 && status < 500) return 'refused';
  return status >= 500 ? 'error' : 'odd';
}
