import type { LoadPlan, LoadResult, RequestPlan } from '../load/load.plan.js';
import { runLoad } from '../load/run.load.js';
import { CpuClock } from '../world/cpu.clock.js';
import { BENCH_USERS, OPEN_BOOKINGS } from '../world/seeding.js';
import type { World } from '../world/world.js';
import type { BenchContext } from './bench.context.js';

const PAYMENTS = '/api/v1/payments/payments/';

/** One plan per customer, each paying their own bookings in parts. */
export function createRequests(world: Pick<World, 'tokens'>): RequestPlan[] {
  return world.tokens.customers.map((token, k) => ({
    method: 'POST',
    path: PAYMENTS,
    headers: { authorization: `Bearer ${token}`, 'idempotency-key': '{{key}}' },
    body:
      '{"booking": {{booking}}, "amount": "1000.00", "payment_method": "mobile_money", ' +
      '"mobile_money_provider": "AIRTEL"}',
    vary: {
      booking: {
        from: OPEN_BOOKINGS.from + k * OPEN_BOOKINGS.perUser,
        count: OPEN_BOOKINGS.perUser,
      },
    },
    expect: 201,
  }));
}

export function bareCreateRequests(): RequestPlan[] {
  return [
    {
      method: 'POST',
      path: '/payments',
      headers: { 'idempotency-key': '{{key}}' },
      body: '{"booking": {{booking}}, "amount": "1000.00", "payment_method": "mobile_money", "mobile_money_provider": "AIRTEL"}',
      vary: {
        booking: {
          from: OPEN_BOOKINGS.from,
          count: BENCH_USERS.count * OPEN_BOOKINGS.perUser,
        },
      },
      expect: 201,
    },
  ];
}

export interface Measured extends LoadResult {
  /** Shares of one core: the load generator, and the measured process. */
  shares: { generator: number; server: number };
}

/** As many requests as the connections can make, for the time that the options say. */
export async function flatOut(
  context: BenchContext,
  what: string,
  target: { url: string; pid: number },
  requests: RequestPlan[],
  connections = context.options.connections,
): Promise<Measured> {
  const { options } = context;
  return measured(context, what, target, {
    requests,
    connections,
    warmUpMs: options.warmUpSeconds * 1000,
    measureMs: options.seconds * 1000,
    rate: null,
    limit: null,
  });
}

export async function measured(
  context: BenchContext,
  what: string,
  target: { url: string; pid: number },
  plan: Omit<LoadPlan, 'url' | 'offset'> & { offset?: number },
): Promise<Measured> {
  const offset = plan.offset ?? context.offsets.get(target.url) ?? 0;
  const cpu = await CpuClock.start(target.pid);
  const result = await runLoad(what, { ...plan, url: target.url, offset });
  context.offsets.set(target.url, offset + result.sent);
  return { ...result, shares: { generator: result.cores, server: await cpu.share() } };
}
