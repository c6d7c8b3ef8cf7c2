import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { CaseInsensitiveEnum, IsAmount, IsObjectId, ListQuery } from '../../http/index.js';
import { MOBILE_NETWORKS, type MobileNetwork, type PaymentMethod } from '../../providers/index.js';
import { ATTEMPT_STATES, type AttemptStatus } from '../attempt.state.js';
import { PAYMENT_STATES, type PaymentState } from '../payment.state.js';

/** Methods of a booking's payment; `COD`, `stripe` and `ONLINE` belong to orders. */
export const BOOKING_METHODS = [
  'cash',
  'mobile_money',
  'card',
  'online',
  'bank_transfer',
  'local_wallet',
] as const satisfies readonly PaymentMethod[];

export const ALL_METHODS = [...BOOKING_METHODS, 'COD', 'stripe', 'ONLINE'] as const;
const STATUS_ALIASES = { succeeded: 'completed', success: 'completed' } as const;

/** `online` and `ONLINE` are two methods, so an exact word wins over one in another case. */
function methodInAnyCase(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const exact = ALL_METHODS.find((method) => method === value);
  return (
    exact ?? ALL_METHODS.find((method) => method.toLowerCase() === value.toLowerCase()) ?? value
  );
}

const ID = { oneOf: [{ type: 'integer' }, { type: 'string', format: 'uuid' }] };

export class CreatePaymentDto {
  @ApiPropertyOptional({
    ...ID,
    example: 123,
    description: 'The booking: its id or uuid. Or name an invoice or an order instead',
  })
  @IsOptional()
  @IsObjectId()
  booking?: number | string;

  @ApiPropertyOptional({ ...ID, description: 'An invoice, to be paid whole or in parts' })
  @IsOptional()
  @IsObjectId()
  invoice?: number | string;

  @ApiPropertyOptional({ ...ID, description: 'An order, to be paid whole' })
  @IsOptional()
  @IsObjectId()
  order?: number | string;

  @ApiProperty({
    oneOf: [{ type: 'string' }, { type: 'number' }],
    example: '50000.00',
    description: "At most what is owed, in the booking's currency",
  })
  @IsAmount()
  amount!: string | number;

  @ApiProperty({ enum: BOOKING_METHODS, example: 'mobile_money' })
  @CaseInsensitiveEnum(BOOKING_METHODS)
  payment_method!: (typeof BOOKING_METHODS)[number];

  @ApiPropertyOptional({ enum: MOBILE_NETWORKS, nullable: true, example: 'AIRTEL' })
  @IsOptional()
  @CaseInsensitiveEnum(MOBILE_NETWORKS)
  mobile_money_provider?: MobileNetwork | null;

  @ApiPropertyOptional({ example: 'Payment for booking HTL-000008', maxLength: 2000 })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  notes?: string;
}

export class InitiateGatewayDto {
  @ApiPropertyOptional({
    enum: MOBILE_NETWORKS,
    example: 'AIRTEL',
    description: 'Optional if the payment names one already',
  })
  @IsOptional()
  @CaseInsensitiveEnum(MOBILE_NETWORKS)
  mobile_money_provider?: MobileNetwork;
}

export class PaymentsQuery extends ListQuery {
  @ApiPropertyOptional({ enum: PAYMENT_STATES, example: 'pending' })
  @IsOptional()
  @CaseInsensitiveEnum(PAYMENT_STATES, STATUS_ALIASES)
  status?: PaymentState;

  @ApiPropertyOptional({ enum: ALL_METHODS, example: 'mobile_money' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => methodInAnyCase(value))
  @IsIn([...ALL_METHODS], { message: `must be one of ${ALL_METHODS.join(', ')}` })
  payment_method?: PaymentMethod;

  @ApiPropertyOptional({ description: 'Id or uuid of a booking', type: String, example: '123' })
  @IsOptional()
  @IsObjectId()
  booking?: string;
}

export class TransactionsQuery extends ListQuery {
  @ApiPropertyOptional({ enum: ATTEMPT_STATES, example: 'completed' })
  @IsOptional()
  @CaseInsensitiveEnum(ATTEMPT_STATES, STATUS_ALIASES)
  status?: AttemptStatus;

  @ApiPropertyOptional({ description: 'Id or uuid of a payment', type: String, example: '69' })
  @IsOptional()
  @IsObjectId()
  payment?: string;

  @ApiPropertyOptional({ description: 'Code of a provider', type: String, example: 'azampay' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  provider?: string;

  @ApiPropertyOptional({
    description: '`true`: only what a person should look at',
    enum: ['true', 'false'],
  })
  @IsOptional()
  @CaseInsensitiveEnum(['true', 'false'])
  needs_review?: 'true' | 'false';
}

export class ResolveTransactionDto {
  @ApiProperty({ enum: ['completed', 'failed'], example: 'completed' })
  @CaseInsensitiveEnum(['completed', 'failed'])
  outcome!: 'completed' | 'failed';

  @ApiProperty({
    example: 'AzamPay statement of 2026-01-23, line 118',
    description: 'What proves it: a statement line, a reply of the gateway',
  })
  @IsString()
  @MinLength(3)
  @MaxLength(2000)
  evidence!: string;

  @ApiProperty({ example: 'The callback never came; the statement shows the money' })
  @IsString()
  @MinLength(3)
  @MaxLength(2000)
  reason!: string;

  @ApiPropertyOptional({
    example: 'AZM019be9446ac770a2a65c6243434f61d8',
    description: "The gateway's transaction id, if the evidence names one",
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  gateway_transaction_id?: string;
}
