import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ObjectId, Principal } from '../common/index.js';
import { type ListEnvelope, type ListFilter, type ListRequest, Lists } from '../http/index.js';
import { type CreditDto, type CreditEntryDto, presentCredit, presentEntry } from './credit.dto.js';
import { creditNotFound } from './credit.errors.js';
import type { CreditEntriesQuery, CreditsQuery } from './credit.query.dto.js';
import type { CreditAccountRow, CreditEntryRow } from './credit.types.js';

/** Balances and their entries, as far as the caller may see them. */
@Injectable()
export class CreditLists {
  constructor(
    private readonly dataSource: DataSource,
    private readonly lists: Lists,
  ) {}

  balances(
    request: ListRequest,
    caller: Principal,
    query: CreditsQuery,
  ): Promise<ListEnvelope<CreditDto>> {
    return this.lists.list<CreditAccountRow, CreditDto>(
      request,
      query,
      {
        select: `c.id, c.uuid, c.account_id, c.customer_id, u.email AS customer_email, c.currency,
          c.balance_minor, c.version, c.created_at, c.updated_at`,
        from: 'credit_accounts c LEFT JOIN users u ON u.id = c.customer_id',
        where: [
          ...visibleCredits(caller),
          query.currency ? { sql: 'c.currency = ?', params: [query.currency] } : null,
          query.customer ? { sql: 'lower(u.email) = lower(?)', params: [query.customer] } : null,
        ],
        orderings: { balance: 'c.balance_minor', updated_at: 'c.updated_at', id: 'c.id' },
        idColumn: 'c.id',
        createdColumn: 'c.created_at',
      },
      presentCredit,
    );
  }

  /** @throws DomainError 404 also for a balance that is not the caller's to see. */
  async entries(
    request: ListRequest,
    caller: Principal,
    id: ObjectId,
    query: CreditEntriesQuery,
  ): Promise<ListEnvelope<CreditEntryDto>> {
    const creditAccountId = await this.find(caller, id);
    return this.lists.list<CreditEntryRow, CreditEntryDto>(
      request,
      query,
      {
        select: `e.id, e.number, e.kind, e.amount_minor, e.balance_after_minor, e.payment_id,
          e.source_type, e.source_id, c.currency, e.created_at`,
        from: 'credit_entries e JOIN credit_accounts c ON c.id = e.credit_account_id',
        where: [
          { sql: 'e.credit_account_id = ?', params: [creditAccountId] },
          query.kind ? { sql: 'e.kind = ?', params: [query.kind] } : null,
        ],
        orderings: { number: 'e.number', amount: 'e.amount_minor' },
        idColumn: 'e.id',
        createdColumn: 'e.created_at',
      },
      presentEntry,
    );
  }

  private async find(caller: Principal, id: ObjectId): Promise<number> {
    const named =
      'id' in id ? { sql: 'c.id = ?', params: [id.id] } : { sql: 'c.uuid = ?', params: [id.uuid] };
    const all = [named, ...visibleCredits(caller)];
    let place = 0;
    const where = all.map(({ sql }) => sql.replaceAll('?', () => `$${(place += 1)}`));
    const rows: { id: number }[] = await this.dataSource.query(
      `SELECT c.id FROM credit_accounts c WHERE ${where.join(' AND ')}`,
      all.flatMap(({ params }) => [...params]),
    );
    if (!rows[0]) throw creditNotFound();
    return rows[0].id;
  }
}

/** Balances (`c`) of the caller's account; customers and owners see their own. */
function visibleCredits({ accountId, role, userId }: Principal): Required<ListFilter>[] {
  const conditions: Required<ListFilter>[] = [{ sql: 'c.account_id = ?', params: [accountId] }];
  if (role === 'customer' || role === 'owner') {
    conditions.push({ sql: 'c.customer_id = ?', params: [userId] });
  }
  return conditions;
}
