import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { PaymentProvider, ProviderCode } from '../../providers/index.js';
import { GatewayHealthDto } from './answers.dto.js';

export const HEALTH_WINDOW_S = 3600;
/** A busy hour is told by its latest attempts, so that the question costs the same at any load. */
const SAMPLE = 500;
/** Every app asks before it offers a gateway; the answer need not be fresher than this. */
const FRESH_MS = 10_000;

interface HealthRow {
  provider: ProviderCode;
  attempts: number;
  concluded: number;
  completed: number;
  latency_s: number | null;
  callback_s: number | null;
}

type HealthByCode = ReadonlyMap<ProviderCode, HealthRow>;

/** How gateways have done lately, by what all processes wrote into the database. */
@Injectable()
export class GatewayHealth {
  private latest: { at: number; rows: Promise<HealthByCode> } | null = null;

  constructor(private readonly dataSource: DataSource) {}

  /** Nulls where there is nothing to tell by; tenders that ask no gateway never have anything. */
  async of(
    providers: readonly PaymentProvider[],
  ): Promise<(provider: PaymentProvider) => GatewayHealthDto> {
    const rows = await this.read(providers);
    return ({ code }) => present(rows.get(code));
  }

  private read(providers: readonly PaymentProvider[]): Promise<HealthByCode> {
    const now = performance.now();
    if (this.latest && now - this.latest.at < FRESH_MS) return this.latest.rows;
    const asked = providers.filter(({ capabilities }) => capabilities.flow !== 'none');
    const rows = this.query(asked.map(({ code }) => code));
    const latest = { at: now, rows };
    this.latest = latest;
    rows.catch(() => {
      // A failure is not to be remembered.
      if (this.latest === latest) this.latest = null;
    });
    return rows;
  }

  /** Times are by one clock each: the movable one for our calls, the real one for what came in. */
  private async query(codes: readonly ProviderCode[]): Promise<HealthByCode> {
    const rows: HealthRow[] = await this.dataSource.query(
      `SELECT asked.provider, lately.* FROM unnest($1::text[]) AS asked (provider)
       CROSS JOIN LATERAL (
         SELECT count(*)::int AS attempts,
           count(*) FILTER (WHERE status IN ('completed', 'failed', 'expired', 'unknown'))::int AS concluded,
           count(*) FILTER (WHERE status = 'completed')::int AS completed,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY latency_s) AS latency_s,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY callback_s) AS callback_s
         FROM (
           SELECT t.status,
             extract(epoch FROM t.answered_at - t.sent_at)::float8 AS latency_s,
             (SELECT extract(epoch FROM min(w.received_at) - t.created_at)::float8
              FROM webhook_events w WHERE w.transaction_id = t.id) AS callback_s
           FROM payment_transactions t
           WHERE t.provider = asked.provider AND t.sent_at IS NOT NULL
             AND t.created_at > now() - make_interval(secs => $2)
           ORDER BY t.created_at DESC LIMIT $3
         ) recent
       ) lately`,
      [codes, HEALTH_WINDOW_S, SAMPLE],
    );
    return new Map(rows.map((row) => [row.provider, row]));
  }
}

function present(row: HealthRow | undefined): GatewayHealthDto {
  return {
    window_s: HEALTH_WINDOW_S,
    attempts: row?.attempts ?? 0,
    success_rate:
      row && row.concluded > 0 ? Math.round((row.completed / row.concluded) * 1e4) / 1e4 : null,
    median_latency_ms: inMs(row?.latency_s),
    median_callback_delay_ms: inMs(row?.callback_s),
  };
}

function inMs(seconds: number | null | undefined): number | null {
  return seconds === null || seconds === undefined ? null : Math.round(seconds * 1000);
}
