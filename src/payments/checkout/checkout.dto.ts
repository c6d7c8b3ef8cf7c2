import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsOptional, IsString, MaxLength } from 'class-validator';
import { CaseInsensitiveEnum, IsAmount } from '../../http/index.js';
import { MOBILE_NETWORKS, type MobileNetwork, PAYMENT_METHODS } from '../../providers/index.js';

const ID = { oneOf: [{ type: 'string', format: 'uuid' }, { type: 'integer' }] };

/** What somebody wants to pay. Unknown fields are ignored here. */
export class InitiatePaymentDto {
  @ApiPropertyOptional({
    ...ID,
    example: 'f367ddf9-f2ff-4de2-b929-0e0942ace93b',
    description: 'The booking; guests name it by its uuid',
  })
  @IsOptional()
  booking_id?: unknown;

  @ApiPropertyOptional({ ...ID, description: 'An order instead of a booking' })
  @IsOptional()
  order_id?: unknown;

  @ApiPropertyOptional({ ...ID, description: 'An invoice instead of a booking' })
  @IsOptional()
  invoice_id?: unknown;

  @ApiPropertyOptional({
    example: 'chapa',
    description: 'Code or alias; the default of the currency unless given',
  })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  provider?: string;

  @ApiPropertyOptional({
    oneOf: [{ type: 'string' }, { type: 'number' }],
    example: '2304.00',
    description: 'A part of what is owed, for bookings and invoices; all of it unless given',
  })
  @IsOptional()
  @IsAmount()
  amount?: string | number;

  @ApiPropertyOptional({ enum: PAYMENT_METHODS, example: 'online' })
  @IsOptional()
  @CaseInsensitiveEnum(PAYMENT_METHODS.filter((method) => method !== 'ONLINE'))
  payment_method?: (typeof PAYMENT_METHODS)[number];

  @ApiPropertyOptional({ enum: MOBILE_NETWORKS, example: 'AIRTEL' })
  @IsOptional()
  @CaseInsensitiveEnum(MOBILE_NETWORKS)
  mobile_money_provider?: MobileNetwork;

  @ApiPropertyOptional({
    example: '0911234567',
    description:
      'Wins over the profile’s; national numbers are read in the country of the currency',
  })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  phone_number?: string;

  @ApiPropertyOptional({ example: 'customer@example.com' })
  @IsOptional()
  @IsEmail({}, { message: 'must be an e-mail address' })
  @MaxLength(254)
  email?: string;

  @ApiPropertyOptional({ example: 'John' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  first_name?: string;

  @ApiPropertyOptional({ example: 'Doe' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  last_name?: string;

  @ApiPropertyOptional({
    description: 'Where the hosted page sends the payer back to; on the allow-list',
  })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  return_url?: string;

  @ApiPropertyOptional({ description: 'The same as the Idempotency-Key header', maxLength: 255 })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  idempotency_key?: string;
}

class InitiatedCheckoutDataDto {
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'https://checkout.chapa.co/checkout/payment/AfjfjGjrGrj',
    description: 'Null for a prompt and for cash',
  })
  checkout_url!: string | null;

  @ApiProperty({ example: 'e6e342d2-edba-4816-9e32-30fd39b5ae4c', format: 'uuid' })
  payment_id!: string;

  @ApiProperty({ example: 'tx-3m5xkq0v9t2c7d4h' })
  transaction_reference!: string;

  @ApiProperty({ example: 'chapa' })
  provider!: string;

  @ApiProperty({ example: 'pending' })
  payment_status!: string;

  @ApiProperty({ example: 'processing', description: 'The exact state' })
  status_detail!: string;
}

export class InitiatedCheckoutDto {
  @ApiProperty({ example: 'success' })
  status!: string;

  @ApiProperty({ example: 'Payment initiated successfully' })
  message!: string;

  @ApiProperty({ type: InitiatedCheckoutDataDto })
  data!: InitiatedCheckoutDataDto;
}

class PaymentStatusDataDto extends InitiatedCheckoutDataDto {
  @ApiProperty({ example: '2304.00' })
  amount!: string;

  @ApiProperty({ example: 'ETB' })
  currency!: string;

  @ApiProperty({ example: 'online' })
  payment_method!: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  paid_at!: string | null;
}

export class PaymentStatusDto {
  @ApiProperty({ example: 'success' })
  status!: string;

  @ApiProperty({ type: PaymentStatusDataDto })
  data!: PaymentStatusDataDto;
}
