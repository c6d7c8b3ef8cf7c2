import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { CURRENCIES, parseObjectId, type Principal } from '../common/index.js';
import {
  CaseInsensitiveEnum,
  IsObjectId,
  type ListFilter,
  ListQuery,
  type ListSource,
} from '../http/index.js';
import {
  PAYMENT_COLUMNS,
  PAYMENT_STATES,
  type PaymentState,
  visiblePayments,
} from '../payments/index.js';

/** `ONLINE` and `online`, `COD` and `cod` are asked for alike. */
const METHODS = [
  'cash',
  'mobile_money',
  'card',
  'online',
  'bank_transfer',
  'local_wallet',
  'cod',
  'stripe',
] as const;

export const BILLING_PAYMENT_COLUMNS = `${PAYMENT_COLUMNS}, m.reference AS bank_reference`;
export const BILLING_PAYMENT_TABLES =
  'payments p LEFT JOIN manual_payments m ON m.payment_id = p.id';

export class BillingPaymentsQuery extends ListQuery {
  @ApiPropertyOptional({ enum: PAYMENT_STATES, example: 'pending_approval' })
  @IsOptional()
  @CaseInsensitiveEnum(PAYMENT_STATES, { succeeded: 'completed', success: 'completed' })
  status?: PaymentState;

  @ApiPropertyOptional({ enum: METHODS, example: 'bank_transfer' })
  @IsOptional()
  @CaseInsensitiveEnum(METHODS)
  payment_method?: (typeof METHODS)[number];

  @ApiPropertyOptional({ type: String, description: 'Id or uuid of an invoice.', example: '1' })
  @IsOptional()
  @IsObjectId()
  invoice_id?: string;

  @ApiPropertyOptional({ type: String, example: 'TZS' })
  @IsOptional()
  @CaseInsensitiveEnum([...CURRENCIES.keys()])
  currency?: string;

  @ApiPropertyOptional({ description: 'Exactly as the list shows it.', example: 'FT26023ABC9' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  transaction_reference?: string;
}

export function billingPaymentsOf(caller: Principal, query: BillingPaymentsQuery): ListSource {
  return {
    select: BILLING_PAYMENT_COLUMNS,
    from: BILLING_PAYMENT_TABLES,
    where: [
      ...visiblePayments(caller),
      query.status ? { sql: 'p.status = ?', params: [query.status] } : null,
      paidBy(query.payment_method),
      forInvoice(query.invoice_id),
      query.currency ? { sql: 'p.currency = ?', params: [query.currency] } : null,
      referredTo(query.transaction_reference),
    ],
    orderings: {
      updated_at: 'p.updated_at',
      amount: 'p.amount_minor',
      status: 'p.status',
      id: 'p.id',
    },
    idColumn: 'p.id',
    createdColumn: 'p.created_at',
  };
}

/** In either case, as words: how frequent a word is PostgreSQL knows, of `lower()` of it nothing. */
function paidBy(method: string | undefined): ListFilter | null {
  if (!method) return null;
  const words = [method, method.toUpperCase()];
  return { sql: 'p.payment_method = ANY (?::text[])', params: [words] };
}

/** As the list shows it: a bank's reference before a gateway's. Both are looked up by an index first. */
function referredTo(reference: string | undefined): ListFilter | null {
  if (!reference) return null;
  return {
    sql: `p.id = ANY (ARRAY(SELECT payment_id FROM manual_payments WHERE reference = ?
        UNION ALL SELECT id FROM payments WHERE transaction_ref = ?))
      AND coalesce(m.reference, p.transaction_ref) = ?`,
    params: [reference, reference, reference],
  };
}

function forInvoice(value: string | undefined): ListFilter | null {
  const id = value === undefined ? null : parseObjectId(value);
  if (!id) return null;
  const kind = `p.payable_kind = 'invoice'`;
  return 'id' in id
    ? { sql: `${kind} AND p.payable_id = ?`, params: [id.id] }
    : { sql: `${kind} AND p.payable_uuid = ?`, params: [id.uuid] };
}
