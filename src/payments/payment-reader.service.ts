import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ObjectId, Principal } from '../common/index.js';
import type { AttemptRow, PaymentRow } from './payment.entity.js';
import { paymentNotFound, transactionNotFound } from './payment.errors.js';
import { PAYMENT_COLUMNS } from './payment.repository.js';

/** A condition with `?` for each parameter. */
export interface Condition {
  sql: string;
  params: unknown[];
}

/** What of payments (alias `p`) this caller may see: never anything of another account. */
export function visiblePayments(caller: Principal): Condition[] {
  const conditions: Condition[] = [
    { sql: 'p.account_id = ?', params: [caller.accountId] },
    { sql: 'p.deleted_at IS NULL', params: [] },
  ];
  if (caller.role === 'customer') {
    conditions.push({ sql: 'p.customer_id = ?', params: [caller.userId] });
  } else if (caller.role === 'owner') {
    conditions.push({ sql: 'p.owner_id = ?', params: [caller.userId] });
  }
  return conditions;
}

function where(conditions: Condition[]): { text: string; params: unknown[] } {
  let index = 0;
  const text = conditions
    .map(({ sql }) =>
      sql.replaceAll('?', () => {
        index += 1;
        return `$${index}`;
      }),
    )
    .join(' AND ');
  return { text, params: conditions.flatMap(({ params }) => params) };
}

function byId(alias: string, id: ObjectId): Condition {
  return 'id' in id
    ? { sql: `${alias}.id = ?`, params: [id.id] }
    : { sql: `${alias}.uuid = ?`, params: [id.uuid] };
}

/** Single payments and attempts, as far as the caller may see them; one query each. */
@Injectable()
export class PaymentReader {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws DomainError 404 also for what exists and is not the caller's to see. */
  async payment(caller: Principal, id: ObjectId): Promise<PaymentRow> {
    const { text, params } = where([byId('p', id), ...visiblePayments(caller)]);
    const rows: PaymentRow[] = await this.dataSource.query(
      `SELECT ${PAYMENT_COLUMNS} FROM payments p WHERE ${text}`,
      params,
    );
    if (!rows[0]) throw paymentNotFound();
    return rows[0];
  }

  /** @throws DomainError 404 also for what exists and is not the caller's to see. */
  async attempt(caller: Principal, id: ObjectId): Promise<AttemptRow> {
    const { text, params } = where([byId('t', id), ...visiblePayments(caller)]);
    const rows: AttemptRow[] = await this.dataSource.query(
      `SELECT t.* FROM payment_transactions t JOIN payments p ON p.id = t.payment_id WHERE ${text}`,
      params,
    );
    if (!rows[0]) throw transactionNotFound();
    return rows[0];
  }
}
