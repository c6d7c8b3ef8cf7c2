import type { RequestPlan } from '../load/load.plan.js';
import type { World } from '../world/world.js';
import { type BenchContext, inTurn } from './bench.context.js';
import { flatOut } from './product.load.js';

const PAYMENTS = '/api/v1/payments/payments/';
/** So many different payments are read, in no order. */
const READ = 5_000;

interface Candidate {
  key: string;
  title: string;
  server: 'product' | 'bare';
  requests: (world: World) => RequestPlan[] | Promise<RequestPlan[]>;
  /** Fewer than of the other loads: counting half a million rows for each takes seconds. */
  connections?: number;
}

/** Reading one payment, by clerks of the account that it belongs to. */
export function measureRead(context: BenchContext): Promise<void> {
  return inTurns(context, 'read', [
    {
      key: 'read',
      title: 'read a payment',
      server: 'product',
      requests: async (world) => readRequests(world, await somePayments(world)),
    },
    {
      key: 'read.bare',
      title: 'read a payment, bare Fastify + pg',
      server: 'bare',
      requests: async (world) => [get('/payments/{{id}}', {}, await somePayments(world))],
    },
  ]);
}

/** A page of 20, as keyset page and as numbered page with its count. */
export function measureList(context: BenchContext): Promise<void> {
  return inTurns(context, 'list', [
    {
      key: 'list',
      title: 'list a page of 20 payments (`?cursor=`)',
      server: 'product',
      requests: pageRequests,
    },
    {
      key: 'list.counted',
      title: 'list a page of 20 payments with its count, 4 connections',
      server: 'product',
      connections: 4,
      requests: (world) => byClerks(world, PAYMENTS),
    },
    {
      key: 'list.bare',
      title: 'list a page of 20 payments, bare Fastify + pg',
      server: 'bare',
      requests: () => [get('/payments', {})],
    },
  ]);
}

/** Single payments, by each clerk in turn. */
export function readRequests(world: Pick<World, 'tokens'>, ids: string[]): RequestPlan[] {
  return byClerks(world, `${PAYMENTS}{{id}}/`, ids);
}

/** The newest payments, by each clerk in turn. */
export function pageRequests(world: Pick<World, 'tokens'>): RequestPlan[] {
  return byClerks(world, `${PAYMENTS}?cursor=`);
}

async function inTurns(
  context: BenchContext,
  section: 'read' | 'list',
  candidates: Candidate[],
): Promise<void> {
  const { options, figures, say } = context;
  for (let round = 1; round <= options.rounds; round += 1) {
    const shown: string[] = [];
    for (const world of inTurn(context, round)) {
      for (const { key, title, server, requests, connections } of candidates) {
        const plans = await requests(world);
        const result = await flatOut(context, title, world[server], plans, connections);
        const figure = { section, key, title, rows: world.rows, unit: '/s' };
        figures.add(figure, result.perSecond, result.shares);
        shown.push(`${key} ${Math.round(result.perSecond)}`);
      }
    }
    say(`round ${round}: ${shown.join(', ')} per second`);
  }
}

/** Ids, all over the first account's year. */
export async function somePayments(world: World): Promise<string[]> {
  const rows = await world.query<{ id: number }>(
    `SELECT id FROM payments WHERE account_id = 1 AND id > 10000 ORDER BY uuid LIMIT ${READ}`,
  );
  return rows.map(({ id }) => String(id));
}

function byClerks(world: Pick<World, 'tokens'>, path: string, ids?: string[]): RequestPlan[] {
  return world.tokens.clerks.map((token) => get(path, { authorization: `Bearer ${token}` }, ids));
}

function get(path: string, headers: Record<string, string>, ids?: string[]): RequestPlan {
  const vary: RequestPlan['vary'] = ids ? { id: { list: ids } } : {};
  return { method: 'GET', path, headers, body: '', vary, expect: 200 };
}
