import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/index.js';
import { type ListEnvelope, type ListRequest, Lists } from '../../http/index.js';
import type { AttemptRow, PaymentRow } from '../payment.entity.js';
import type { PaymentsQuery, TransactionsQuery } from './payment-requests.dto.js';
import { type PaymentDto, presentPayment } from './payment.dto.js';
import { paymentsOf, transactionsOf } from './payment.sources.js';
import { presentTransaction, type TransactionDto } from './transaction.dto.js';

/** Lists of payments and attempts, as far as the caller may see them. */
@Injectable()
export class PaymentLists {
  constructor(private readonly lists: Lists) {}

  payments(
    request: ListRequest,
    caller: Principal,
    query: PaymentsQuery,
  ): Promise<ListEnvelope<PaymentDto>> {
    const source = paymentsOf(caller, query);
    return this.lists.list<PaymentRow, PaymentDto>(request, query, source, presentPayment);
  }

  transactions(
    request: ListRequest,
    caller: Principal,
    query: TransactionsQuery,
  ): Promise<ListEnvelope<TransactionDto>> {
    const source = transactionsOf(caller, query);
    return this.lists.list<AttemptRow, TransactionDto>(request, query, source, presentTransaction);
  }
}
