import { Injectable } from '@nestjs/common';
import { DomainError, type ObjectId, parseObjectId, type Principal } from '../../common/index.js';
import { type ListFilter, type ListEnvelope, type ListRequest, Lists } from '../../http/index.js';
import {
  PAYMENT_COLUMNS,
  PaymentReader,
  type PaymentRow,
  visiblePayments,
} from '../../payments/index.js';
import {
  type OrderPaymentDto,
  type OrderPaymentsQuery,
  presentOrderPayment,
  statesFilteredBy,
} from './order-payment.dto.js';

/** Payments of orders, as far as the caller may see them. */
@Injectable()
export class OrderPayments {
  constructor(
    private readonly lists: Lists,
    private readonly reader: PaymentReader,
  ) {}

  list(
    request: ListRequest,
    caller: Principal,
    query: OrderPaymentsQuery,
  ): Promise<ListEnvelope<OrderPaymentDto>> {
    return this.lists.list(
      request,
      query,
      {
        select: PAYMENT_COLUMNS,
        from: 'payments p',
        where: [
          ...visiblePayments(caller),
          { sql: `p.payable_kind = 'order'` },
          query.status
            ? { sql: 'p.status = ANY (?)', params: [statesFilteredBy(query.status)] }
            : null,
          query.method ? { sql: 'p.payment_method = ?', params: [query.method] } : null,
          ofOrder(query.order),
        ],
        orderings: {
          updated_at: 'p.updated_at',
          amount: 'p.amount_minor',
          id: 'p.id',
        },
        idColumn: 'p.id',
        createdColumn: 'p.created_at',
      },
      presentOrderPayment,
    );
  }

  /** @throws DomainError 404 also for the payment of anything but an order. */
  async read(caller: Principal, id: ObjectId): Promise<PaymentRow> {
    const payment = await this.reader.payment(caller, id);
    if (payment.payable_kind === 'order') return payment;
    throw new DomainError('not_found', 'payment_not_found', 'Payment not found');
  }
}

function ofOrder(order: string | undefined): ListFilter | null {
  const id = order === undefined ? null : parseObjectId(order);
  if (!id) return null;
  return 'id' in id
    ? { sql: 'p.payable_id = ?', params: [id.id] }
    : { sql: 'p.payable_uuid = ?', params: [id.uuid] };
}
