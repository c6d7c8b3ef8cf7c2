import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { formatMinor } from '../../common/index.js';
import { CaseInsensitiveEnum, IsObjectId, ListQuery } from '../../http/index.js';
import { PAYMENT_STATES, type PaymentRow, type PaymentState } from '../../payments/index.js';
import { PAYMENT_METHODS, type PaymentMethod } from '../../providers/index.js';

const SHOWN = ['pending', 'processing', 'completed', 'failed', 'refunded'] as const;
export type ShownStatus = (typeof SHOWN)[number];

/** The words that clients of document 003 know for what a payment can be. */
export const SHOWN_AS = {
  pending: 'pending',
  pending_approval: 'pending',
  processing: 'processing',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'failed',
  expired: 'failed',
  partially_refunded: 'completed',
  refunded: 'refunded',
} as const satisfies Record<PaymentState, ShownStatus>;

/** What a filter finds: all that is shown by a word of the document, else exactly the word. */
export function statesFilteredBy(word: PaymentState): PaymentState[] {
  if (SHOWN_AS[word] !== word) return [word];
  return PAYMENT_STATES.filter((state) => SHOWN_AS[state] === word);
}

export class OrderPaymentsQuery extends ListQuery {
  @ApiPropertyOptional({
    enum: PAYMENT_STATES,
    example: 'pending',
    description: 'A status as shown, or an exact one as in `status_detail`.',
  })
  @IsOptional()
  @CaseInsensitiveEnum(PAYMENT_STATES, { success: 'completed', succeeded: 'completed' })
  status?: PaymentState;

  @ApiPropertyOptional({ enum: PAYMENT_METHODS, example: 'COD' })
  @IsOptional()
  @CaseInsensitiveEnum(PAYMENT_METHODS)
  method?: PaymentMethod;

  @ApiPropertyOptional({ type: String, description: 'Id or uuid of an order.', example: '1' })
  @IsOptional()
  @IsObjectId()
  order?: string;
}

/** A payment as document 003 shows it. */
export class OrderPaymentDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: 'e6e342d2-edba-4816-9e32-30fd39b5ae4c' })
  uuid!: string;

  @ApiProperty({ example: 1, description: 'Id of the order' })
  order!: number;

  @ApiProperty({ example: 'ORD-000001' })
  order_reference!: string;

  @ApiProperty({ type: Number, nullable: true, example: 1, description: 'Id of who ordered' })
  user!: number | null;

  @ApiProperty({ example: '1598.00' })
  amount!: string;

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({ enum: PAYMENT_METHODS, example: 'COD' })
  method!: PaymentMethod;

  @ApiProperty({ enum: SHOWN, example: 'pending' })
  status!: ShownStatus;

  @ApiProperty({ enum: PAYMENT_STATES, example: 'pending', description: 'The exact state' })
  status_detail!: PaymentState;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The gateway’s, null until known',
  })
  transaction_id!: string | null;

  @ApiProperty({ example: '0.00', description: 'What went back to the payer' })
  refunded_amount!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  failure_reason!: string | null;

  @ApiProperty({ format: 'date-time', example: '2023-01-15T14:30:00Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2023-01-15T14:30:00Z' })
  updated_at!: string;
}

export function presentOrderPayment(row: PaymentRow): OrderPaymentDto {
  return {
    id: row.id,
    uuid: row.uuid,
    order: row.payable_id,
    order_reference: row.payable_reference,
    user: row.customer_id,
    amount: formatMinor(row.amount_minor, row.currency),
    currency: row.currency,
    method: row.payment_method,
    status: SHOWN_AS[row.status],
    status_detail: row.status,
    transaction_id: row.transaction_ref,
    refunded_amount: formatMinor(row.refunded_minor, row.currency),
    failure_reason: row.failure_reason,
    created_at: toTheSecond(row.created_at),
    updated_at: toTheSecond(row.updated_at),
  };
}

/** As the document prints times. */
function toTheSecond(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}
