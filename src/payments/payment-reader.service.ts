import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ObjectId, Principal } from '../common/index.js';
import { Gathering, Statements } from '../database/index.js';
import type { PayableKind } from './payable.port.js';
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

/** The same of a row that was read. */
function sees(caller: Principal, payment: PaymentRow): boolean {
  if (payment.account_id !== caller.accountId || payment.deleted_at !== null) return false;
  if (caller.role === 'customer') return payment.customer_id === caller.userId;
  return caller.role !== 'owner' || payment.owner_id === caller.userId;
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

/** Payments by ids and by uuids: one look-up in the index for each, however many there are. */
const PAYMENTS = `
  SELECT p.* FROM unnest($1::integer[]) AS asked (id) CROSS JOIN LATERAL (
    SELECT ${PAYMENT_COLUMNS} FROM payments p WHERE p.id = asked.id OFFSET 0) AS p
  UNION ALL
  SELECT p.* FROM unnest($2::uuid[]) AS asked (uuid) CROSS JOIN LATERAL (
    SELECT ${PAYMENT_COLUMNS} FROM payments p WHERE p.uuid = asked.uuid OFFSET 0) AS p`;

/** Single payments and attempts, as far as the caller may see them; one query each. */
@Injectable()
export class PaymentReader {
  private readonly payments = new Gathering<ObjectId, PaymentRow | null>({
    run: (ids) => this.read(ids),
    lanes: 2,
  });

  constructor(
    private readonly dataSource: DataSource,
    private readonly statements: Statements,
  ) {}

  /**
   * Requests of the same moment share the query.
   * @throws DomainError 404 also for what exists and is not the caller's to see.
   */
  async payment(caller: Principal, id: ObjectId): Promise<PaymentRow> {
    const payment = await this.payments.ask(id);
    if (!payment || !sees(caller, payment)) throw paymentNotFound();
    return payment;
  }

  /** For jobs, which work for nobody in particular; null when there is none. */
  async find(
    id: number,
    manager: Pick<EntityManager, 'query'> = this.dataSource,
  ): Promise<PaymentRow | null> {
    const rows: PaymentRow[] = await manager.query(
      `SELECT ${PAYMENT_COLUMNS} FROM payments p WHERE p.id = $1`,
      [id],
    );
    return rows[0] ?? null;
  }

  /** What somebody is still about to pay for a payable; without a lock unless under the payable's. */
  underWay(
    kind: PayableKind,
    payableId: number,
    manager: Pick<EntityManager, 'query'> = this.dataSource,
  ): Promise<PaymentRow[]> {
    return manager.query(
      `SELECT ${PAYMENT_COLUMNS} FROM payments p WHERE p.payable_kind = $1 AND p.payable_id = $2
         AND p.deleted_at IS NULL AND p.status IN ('pending', 'pending_approval', 'processing')
       ORDER BY p.id`,
      [kind, payableId],
    );
  }

  /** Whether an attempt for this payable may still bring money without being late. */
  async hasOpenAttempt(
    kind: PayableKind,
    payableId: number,
    manager: Pick<EntityManager, 'query'> = this.dataSource,
  ): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `SELECT 1 FROM payment_transactions t JOIN payments p ON p.id = t.payment_id
       WHERE p.payable_kind = $1 AND p.payable_id = $2
         AND t.status IN ('initiated', 'pending', 'unknown') LIMIT 1`,
      [kind, payableId],
    );
    return rows.length > 0;
  }

  private async read(ids: ObjectId[]): Promise<(PaymentRow | null)[]> {
    const rows = await this.statements.query<PaymentRow>(PAYMENTS, [
      ids.flatMap((id) => ('id' in id ? [id.id] : [])),
      ids.flatMap((id) => ('uuid' in id ? [id.uuid] : [])),
    ]);
    const found = new Map<number | string, PaymentRow>();
    for (const row of rows) found.set(row.id, row).set(row.uuid, row);
    return ids.map((id) => found.get('id' in id ? id.id : id.uuid.toLowerCase()) ?? null);
  }

  /** An attempt with its payment, for code that has decided itself who may see them. */
  async started(attemptId: number): Promise<{ payment: PaymentRow; attempt: AttemptRow }> {
    const attempts: AttemptRow[] = await this.dataSource.query(
      'SELECT * FROM payment_transactions WHERE id = $1',
      [attemptId],
    );
    const attempt = attempts[0];
    const payments: PaymentRow[] = await this.dataSource.query(
      `SELECT ${PAYMENT_COLUMNS} FROM payments p WHERE p.id = $1`,
      [attempt?.payment_id ?? null],
    );
    if (!attempt || !payments[0]) throw new Error(`attempt ${attemptId} does not exist`);
    return { payment: payments[0], attempt };
  }

  /** The newest attempt of a payment, null before the first. */
  async lastAttempt(paymentId: number): Promise<AttemptRow | null> {
    const rows: AttemptRow[] = await this.dataSource.query(
      'SELECT * FROM payment_transactions WHERE payment_id = $1 ORDER BY id DESC LIMIT 1',
      [paymentId],
    );
    return rows[0] ?? null;
  }

  /** The attempt of a reference of ours; whoever knows it has been given it. */
  async attemptByReference(reference: string): Promise<AttemptRow | null> {
    const rows: AttemptRow[] = await this.dataSource.query(
      'SELECT * FROM payment_transactions WHERE reference = $1',
      [reference],
    );
    return rows[0] ?? null;
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
