import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class VisitContactDto {
  @ApiProperty({ type: String, nullable: true, example: '+255700000000' })
  phone!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'owner@example.com' })
  email!: string | null;

  @ApiProperty({ example: 'John Doe' })
  name!: string;
}

export class VisitLocationDto {
  @ApiProperty({ example: '123 Main Street, Dar es Salaam' })
  address!: string;

  @ApiProperty({ example: 'Dar es Salaam' })
  region!: string;

  @ApiProperty({ example: 'Kinondoni' })
  district!: string;

  @ApiProperty({ type: Number, nullable: true, example: -6.7924 })
  latitude!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 39.2083 })
  longitude!: number | null;
}

/** Contact, place and times stand in it only while a visit of the caller is active. */
export class VisitStatusDto {
  @ApiProperty({ example: true })
  has_paid!: boolean;

  @ApiProperty({ example: 5000, description: 'What the visit costs, or what this one did cost' })
  visit_cost!: number;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: 123 })
  property_id!: number;

  @ApiProperty({ example: 'Beautiful 3 Bedroom House' })
  property_title!: string;

  @ApiPropertyOptional({ type: VisitContactDto })
  owner_contact?: VisitContactDto;

  @ApiPropertyOptional({ type: VisitLocationDto })
  location?: VisitLocationDto;

  @ApiPropertyOptional({ format: 'date-time', example: '2025-11-26T10:30:00Z' })
  paid_at?: string;

  @ApiPropertyOptional({ format: 'date-time', example: '2025-11-29T10:30:00Z' })
  expires_at?: string;
}

export class InitiatedVisitDto {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({
    example: 'Payment initiated successfully. You will receive a payment prompt on your phone.',
  })
  message!: string;

  @ApiProperty({ example: 70 })
  payment_id!: number;

  @ApiProperty({ example: 45 })
  visit_payment_id!: number;

  @ApiProperty({ example: 16 })
  transaction_id!: number;

  @ApiProperty({ type: String, nullable: true, example: 'AZM019be9446ac770a2a65c6243434f61d8' })
  gateway_transaction_id!: string | null;

  @ApiProperty({ example: 'VISIT-70-3M5XKQ0V9T2C7D4H' })
  transaction_reference!: string;

  @ApiProperty({ example: '255653294241', description: "The caller's own number" })
  phone_number_used!: string;

  @ApiProperty({ example: 5000 })
  amount!: number;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: 123 })
  property_id!: number;

  @ApiProperty({ example: 'Beautiful 3 Bedroom House' })
  property_title!: string;

  @ApiProperty({ example: 'processing', description: 'How the payment stands' })
  status!: string;
}

export class ActiveVisitDto {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({ example: 'Visit payment already completed and active' })
  message!: string;

  @ApiProperty({ example: 70 })
  payment_id!: number;

  @ApiProperty({ example: 45 })
  visit_payment_id!: number;

  @ApiProperty({ example: 'completed' })
  status!: string;

  @ApiProperty({ format: 'date-time', example: '2025-11-29T10:30:00Z' })
  expires_at!: string;
}

export class VerifiedVisitDto {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({
    enum: ['Payment verified successfully', 'Payment already verified'],
    example: 'Payment verified successfully',
  })
  message!: string;

  @ApiProperty({ type: VisitContactDto })
  owner_contact!: VisitContactDto;

  @ApiProperty({ type: VisitLocationDto })
  location!: VisitLocationDto;

  @ApiProperty({ format: 'date-time', example: '2025-11-26T10:30:00Z' })
  paid_at!: string;

  @ApiProperty({ format: 'date-time', example: '2025-11-29T10:30:00Z' })
  expires_at!: string;

  @ApiProperty({ example: false })
  is_expired!: boolean;
}
