import { parseObjectId, type Principal } from '../../common/index.js';
import type { ListSource } from '../../http/index.js';
import { type Condition, visiblePayments } from '../payment-reader.service.js';
import { PAYMENT_COLUMNS } from '../payment.repository.js';
import type { PaymentsQuery, TransactionsQuery } from './payment-requests.dto.js';

/** Payments as far as the caller may see them; list and file hold the same. */
export function paymentsOf(caller: Principal, query: PaymentsQuery): ListSource {
  const where = visiblePayments(caller);
  if (query.status) where.push({ sql: 'p.status = ?', params: [query.status] });
  if (query.payment_method) {
    where.push({ sql: 'p.payment_method = ?', params: [query.payment_method] });
  }
  if (query.booking) where.push(bookingFilter(query.booking));
  return {
    select: PAYMENT_COLUMNS,
    from: 'payments p',
    where,
    orderings: {
      created_at: 'p.created_at',
      updated_at: 'p.updated_at',
      amount: 'p.amount_minor',
      id: 'p.id',
    },
    idColumn: 'p.id',
    createdColumn: 'p.created_at',
  };
}

/** The attempts of those payments. */
export function transactionsOf(caller: Principal, query: TransactionsQuery): ListSource {
  const where = [
    ...visiblePayments(caller),
    // Lets the list walk its own index instead of the payments'.
    { sql: 't.account_id = ?', params: [caller.accountId] },
  ];
  if (query.status) where.push({ sql: 't.status = ?', params: [query.status] });
  if (query.provider) where.push({ sql: 't.provider = ?', params: [query.provider.toLowerCase()] });
  if (query.payment) where.push(paymentFilter(query.payment));
  if (query.needs_review) {
    const is = query.needs_review === 'true' ? 'IS NOT NULL' : 'IS NULL';
    where.push({ sql: `t.review_reason ${is}`, params: [] });
  }
  return {
    select: 't.*',
    from: 'payment_transactions t JOIN payments p ON p.id = t.payment_id',
    where,
    orderings: { created_at: 't.created_at', amount: 't.amount_minor', id: 't.id' },
    idColumn: 't.id',
    createdColumn: 't.created_at',
  };
}

/** A booking is named by id or by uuid; payments keep the id, so a uuid goes through the reference. */
function bookingFilter(value: string): Condition {
  const id = parseObjectId(value);
  const kind = "p.payable_kind = 'booking'";
  if (id && 'id' in id) return { sql: `${kind} AND p.payable_id = ?`, params: [id.id] };
  return {
    sql: `${kind} AND p.payable_uuid = ?`,
    params: [id && 'uuid' in id ? id.uuid : null],
  };
}

function paymentFilter(value: string): Condition {
  const id = parseObjectId(value);
  return id && 'uuid' in id
    ? { sql: 'p.uuid = ?', params: [id.uuid] }
    : { sql: 'p.id = ?', params: [id && 'id' in id ? id.id : null] };
}
