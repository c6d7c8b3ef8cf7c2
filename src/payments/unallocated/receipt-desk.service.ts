import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import {
  actorOf,
  DomainError,
  formatMinor,
  Money,
  type ObjectId,
  type Principal,
} from '../../common/index.js';
import { Transactions } from '../../database/index.js';
import { type ListEnvelope, type ListRequest, Lists } from '../../http/index.js';
import { Ledger } from '../../ledger/index.js';
import {
  presentAct,
  presentReceipt,
  type RecordReceiptDto,
  type UnallocatedQuery,
  type UnallocatedReceiptDetailDto,
  type UnallocatedReceiptDto,
} from './unallocated.dto.js';
import type { ActRow, ReceiptRow } from './unallocated.entity.js';

/** The queue as people read it, and what they put into it from statements. */
@Injectable()
export class ReceiptDesk {
  constructor(
    private readonly dataSource: DataSource,
    private readonly lists: Lists,
    private readonly transactions: Transactions,
    private readonly ledger: Ledger,
    private readonly audits: Audits,
  ) {}

  list(
    request: ListRequest,
    caller: Principal,
    query: UnallocatedQuery,
  ): Promise<ListEnvelope<UnallocatedReceiptDto>> {
    return this.lists.list<ReceiptRow, UnallocatedReceiptDto>(
      request,
      query,
      {
        select: 'r.*',
        from: 'unallocated_receipts r',
        where: [
          { sql: 'r.account_id = ?', params: [caller.accountId] },
          query.status
            ? { sql: `r.left_minor ${query.status === 'open' ? '>' : '='} 0`, params: [] }
            : null,
          query.kind ? { sql: 'r.kind = ?', params: [query.kind] } : null,
          query.currency ? { sql: 'r.currency = ?', params: [query.currency] } : null,
        ],
        orderings: { amount: 'r.amount_minor', left: 'r.left_minor', id: 'r.id' },
        idColumn: 'r.id',
        createdColumn: 'r.created_at',
      },
      presentReceipt,
    );
  }

  /** @throws DomainError 404, also for another account's. */
  async read(caller: Principal, id: ObjectId): Promise<UnallocatedReceiptDetailDto> {
    const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
    const rows: ReceiptRow[] = await this.dataSource.query(
      `SELECT * FROM unallocated_receipts WHERE ${column} = $1 AND account_id = $2`,
      [value, caller.accountId],
    );
    const [receipt] = rows;
    if (!receipt) {
      throw new DomainError('not_found', 'receipt_not_found', 'Unallocated receipt not found');
    }
    const acts: ActRow[] = await this.dataSource.query(
      'SELECT * FROM unallocated_acts WHERE receipt_id = $1 ORDER BY id',
      [receipt.id],
    );
    return Object.assign(presentReceipt(receipt), { acts: acts.map(presentAct) });
  }

  /** @throws DomainError 409 when that reference is in the queue, or has paid something here. */
  async record(
    caller: Principal,
    wanted: RecordReceiptDto,
    claimId: string | null,
  ): Promise<UnallocatedReceiptDto> {
    return this.transactions.run(async (manager) => {
      if (claimId) {
        const made: ReceiptRow[] = await manager.query(
          'SELECT * FROM unallocated_receipts WHERE idempotency_claim_id = $1',
          [claimId],
        );
        if (made[0]) return presentReceipt(made[0]);
      }
      return presentReceipt(await this.take(manager, caller, wanted, claimId));
    });
  }

  /** The same in the caller's transaction, for rooms that found the money themselves. */
  async take(
    manager: EntityManager,
    caller: Principal,
    wanted: RecordReceiptDto,
    claimId: string | null = null,
  ): Promise<ReceiptRow> {
    const money = Money.parse(wanted.amount, wanted.currency);
    const spent: unknown[] = await manager.query(
      `SELECT 1 FROM payment_transactions
       WHERE provider = $1 AND gateway_transaction_id = $2 AND status = 'completed'`,
      [wanted.provider, wanted.reference],
    );
    if (spent.length > 0) throw referenceTaken();
    const rows: ReceiptRow[] = await manager.query(
      `INSERT INTO unallocated_receipts (account_id, kind, provider, reference, payer, note,
         currency, amount_minor, left_minor, recorded_by, idempotency_claim_id)
       VALUES ($1, 'unmatched', $2, $3, $4, $5, $6, $7, $7, $8, $9)
       ON CONFLICT (account_id, provider, reference) WHERE kind = 'unmatched' DO NOTHING
       RETURNING *`,
      [
        caller.accountId,
        wanted.provider,
        wanted.reference,
        wanted.payer ?? null,
        wanted.note ?? '',
        money.currency.code,
        money.minor.toString(),
        caller.userId,
        claimId,
      ],
    );
    const row = rows[0];
    if (!row) throw referenceTaken();
    await this.enter(manager, caller, row);
    return row;
  }

  private async enter(manager: EntityManager, caller: Principal, row: ReceiptRow): Promise<void> {
    const minor = BigInt(row.amount_minor);
    await this.ledger.post(manager, {
      accountId: row.account_id,
      currency: row.currency,
      fact: 'received',
      sourceType: 'unallocated_receipt',
      sourceId: String(row.id),
      paymentId: null,
      memo: `${row.provider} ${row.reference ?? ''}`.trim(),
      postings: [
        { code: `clearing:${row.provider}`, amountMinor: minor },
        { code: 'unallocated', amountMinor: -minor },
      ],
    });
    await this.audits.append(manager, [
      {
        accountId: row.account_id,
        actor: actorOf(caller),
        action: 'unallocated.recorded',
        objectType: 'unallocated_receipt',
        objectId: row.id,
        paymentId: null,
        changes: {
          provider: row.provider,
          reference: row.reference,
          amount: formatMinor(row.amount_minor, row.currency),
          currency: row.currency,
        },
      },
    ]);
  }
}

const referenceTaken = (): DomainError =>
  new DomainError(
    'conflict',
    'reference_taken',
    'This reference is in the queue already, or has paid something here',
    { errors: { reference: ['is known already'] } },
  );
