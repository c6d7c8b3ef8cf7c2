import { minor, type Row, text } from '../cells.js';
import type { Evidence } from '../evidence.js';
import { Judgement } from '../judgement.js';
import { signed } from './cash.moves.js';

/** A drawer holds what its events say, and expected that when it was closed. */
export async function drawerSums({ tables }: Evidence): Promise<Judgement> {
  const judgement = new Judgement('drawer-sums', 'currencies of drawer sessions');
  const sums = new Map<string, bigint>();
  const counts = new Map<string, number>();
  for (const event of await tables.rows('cash_events')) {
    const session = text(event, 'session_id');
    const name = `${session} ${text(event, 'currency')}`;
    sums.set(name, (sums.get(name) ?? 0n) + signed(event));
    counts.set(session, (counts.get(session) ?? 0) + 1);
  }
  for (const row of await tables.rows('cash_session_currencies')) {
    judgement.look();
    const name = `${text(row, 'session_id')} ${text(row, 'currency')}`;
    const events = sums.get(name) ?? 0n;
    const says = `session ${name}: its events sum to ${events}`;
    if (minor(row, 'balance_minor') !== events) {
      judgement.fault(`${says}, its balance is ${minor(row, 'balance_minor')}`);
    }
    if (row['expected_minor'] === null || row['expected_minor'] === undefined) continue;
    if (minor(row, 'expected_minor') !== events) {
      judgement.fault(`${says}, it expected ${minor(row, 'expected_minor')}`);
    }
    const variance = minor(row, 'counted_minor') - events;
    if (minor(row, 'variance_minor') !== variance) {
      judgement.fault(`${says}, its variance is ${minor(row, 'variance_minor')}`);
    }
  }
  for (const session of await tables.rows('cash_sessions')) {
    const count = session['event_count'];
    const events = counts.get(text(session, 'id')) ?? 0;
    if (typeof count === 'string' && Number(count) !== events) {
      judgement.fault(
        `session ${text(session, 'id')} was closed over ${count} events, has ${events}`,
      );
    }
  }
  return judgement;
}

/** Cash that somebody was told is taken lies in a drawer, once; and cash paid out left one, once. */
export async function cashTaken(evidence: Evidence): Promise<Judgement> {
  const { history, tables } = evidence;
  const judgement = new Judgement('cash-taken', 'cash sales and refunds');
  const events = await tables.by('cash_events', 'payment_id');
  const sales = (id: string): Row[] =>
    (events.get(id) ?? []).filter((event) => event['type'] === 'sale');
  const payment = await tables.paymentFinder();
  for (const { paymentId: name } of history.collected) {
    judgement.look();
    const count = sales(payment(name)?.['id'] ?? name).length;
    if (count !== 1) {
      judgement.fault(`payment ${name} was collected; drawers have ${count} sales of it`);
    }
  }
  for (const event of await tables.rows('cash_events')) {
    if (event['type'] !== 'sale' || !evidence.ofRun(event)) continue;
    judgement.look();
    const of = payment(text(event, 'payment_id'));
    if (!of || of['paid_at'] === null) {
      judgement.fault(`sale ${text(event, 'id')} is of a payment that is not paid`);
    }
  }
  for (const refund of await tables.rows('refunds')) {
    const drawer = refund['ledger_account']?.startsWith('drawer:');
    if (!drawer || refund['status'] !== 'completed') continue;
    judgement.look();
    const given = (await tables.by('cash_events', 'refund_id')).get(text(refund, 'id')) ?? [];
    const sum = given.reduce((total, event) => total - signed(event), 0n);
    if (sum !== minor(refund, 'amount_minor')) {
      judgement.fault(`refund ${text(refund, 'id')} was paid from a drawer, which gave ${sum}`);
    }
  }
  return judgement;
}
