import { ApiProperty, ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsOptional, IsString, Matches, MaxLength, Min } from 'class-validator';
import { CaseInsensitiveEnum, IsAmount, IsDay, IsObjectId } from '../../http/index.js';
import { MANUAL_METHODS, type ManualMethod } from '../methods/method.types.js';
import { REJECTION_CODES, type RejectionCode } from './manual.types.js';

const NOT_BLANK = { message: 'must not be blank' };
const ID = { oneOf: [{ type: 'integer' }, { type: 'string', format: 'uuid' }] };
const AMOUNT = { oneOf: [{ type: 'string' }, { type: 'number' }] };

export class SubmitManualPaymentDto {
  @ApiProperty({ ...ID, example: 1 })
  @IsObjectId()
  invoice_id!: number | string;

  @ApiProperty({ enum: MANUAL_METHODS, example: 'bank_transfer' })
  @CaseInsensitiveEnum(MANUAL_METHODS)
  payment_method!: ManualMethod;

  @ApiPropertyOptional({
    example: 'FT26023ABC9',
    description:
      'What the bank or wallet calls the transfer. Required, unless `reference` holds it.',
    maxLength: 100,
  })
  @IsOptional()
  @IsString()
  @Matches(/\S/, NOT_BLANK)
  @MaxLength(100)
  transaction_reference?: string;

  @ApiPropertyOptional({
    description: 'Another word for `transaction_reference`.',
    type: String,
    maxLength: 100,
  })
  @IsOptional()
  @IsString()
  @Matches(/\S/, NOT_BLANK)
  @MaxLength(100)
  reference?: string;

  @ApiPropertyOptional({ example: 'Paid at the Azikiwe branch', maxLength: 2000 })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  notes?: string;

  @ApiPropertyOptional({
    ...AMOUNT,
    description: 'E.g. `50000.00`; all that is due when left out.',
  })
  @IsOptional()
  @IsAmount()
  amount?: string | number;

  @ApiPropertyOptional({
    format: 'date',
    type: String,
    nullable: true,
    description: 'When the money left or arrived, e.g. `2026-01-23`.',
  })
  @IsOptional()
  @IsDay()
  value_date?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'Asha Juma', maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  payer_name?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: '0150999888777',
    description: 'Account or wallet that it came from; only its end is kept.',
    maxLength: 60,
  })
  @IsOptional()
  @IsString()
  @MaxLength(60)
  payer_account?: string | null;

  @ApiPropertyOptional({
    description: 'Submit it although another payment has the same reference.',
    default: false,
  })
  @IsOptional()
  @IsBoolean()
  confirm_duplicate?: boolean;

  @ApiPropertyOptional({
    ...ID,
    description: 'Which of several methods of this kind, as `payment-methods/available/` names it.',
  })
  @IsOptional()
  @IsObjectId()
  payment_method_id?: number | string;

  @ApiPropertyOptional({
    ...ID,
    description: 'The rejected or withdrawn payment that this one takes the place of.',
  })
  @IsOptional()
  @IsObjectId()
  resubmission_of?: number | string;
}

/** Null empties a value that may be absent. */
export class ReviseManualPaymentDto extends PartialType(
  OmitType(SubmitManualPaymentDto, [
    'invoice_id',
    'payment_method',
    'payment_method_id',
    'resubmission_of',
  ] as const),
) {
  @ApiPropertyOptional({ description: 'Refused with 409 when it has changed since.', type: Number })
  @IsOptional()
  @IsInt()
  @Min(1)
  version?: number;
}

export class WithdrawManualPaymentDto {
  @ApiPropertyOptional({ description: 'Refused with 409 when it has changed since.', example: 2 })
  @IsOptional()
  @IsInt()
  @Min(1)
  version?: number;
}

export class ApproveManualPaymentDto {
  @ApiProperty({ example: 2, description: 'The version that was read and is approved.' })
  @IsInt()
  @Min(1)
  version!: number;

  @ApiPropertyOptional({
    ...AMOUNT,
    description: 'What arrived, e.g. `50000.00`; what was claimed when left out.',
  })
  @IsOptional()
  @IsAmount()
  received_amount?: string | number;

  @ApiPropertyOptional({
    description: 'Approve it although something about it looks like another payment.',
    default: false,
  })
  @IsOptional()
  @IsBoolean()
  confirm_duplicate?: boolean;

  @ApiPropertyOptional({ example: 'Statement of 23 January, line 18', maxLength: 2000 })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  reason?: string;
}

export class RejectManualPaymentDto {
  @ApiProperty({ example: 2, description: 'The version that was read and is rejected.' })
  @IsInt()
  @Min(1)
  version!: number;

  @ApiProperty({ example: 'No such transfer on the statement', maxLength: 2000 })
  @IsString()
  @Matches(/\S/, NOT_BLANK)
  @MaxLength(2000)
  reason!: string;

  @ApiPropertyOptional({ enum: REJECTION_CODES, default: 'other' })
  @IsOptional()
  @CaseInsensitiveEnum(REJECTION_CODES)
  reason_code?: RejectionCode;
}

export class ReverseManualPaymentDto {
  @ApiPropertyOptional({ description: 'Refused with 409 when it has changed since.', example: 3 })
  @IsOptional()
  @IsInt()
  @Min(1)
  version?: number;

  @ApiProperty({ example: 'The bank recalled the transfer', maxLength: 2000 })
  @IsString()
  @Matches(/\S/, NOT_BLANK)
  @MaxLength(2000)
  reason!: string;
}

export class DeclineReversalDto {
  @ApiPropertyOptional({ example: 'It was another transfer', maxLength: 2000 })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  reason?: string;
}
