import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { CaseInsensitiveEnum, IsAmount, IsObjectId, ListQuery } from '../../http/index.js';
import { IsCashAmount } from '../cash.amounts.js';
import { EVENT_TYPES, type EventType, RECORDED_TYPES, type RecordedType } from '../cash.types.js';

const AMOUNT = { oneOf: [{ type: 'string' }, { type: 'number' }] };

export class RecordEventDto {
  @ApiProperty({
    enum: RECORDED_TYPES,
    example: 'drop_to_safe',
    description:
      'Sales and refunds are recorded with their payment, the opening float with the session.',
  })
  @CaseInsensitiveEnum(RECORDED_TYPES)
  type!: RecordedType;

  @ApiPropertyOptional({
    ...AMOUNT,
    example: '10000.00',
    description:
      'Always positive: the type says which way it goes. Zero or left out when the drawer is only opened (`no_sale`). In an exchange what goes out.',
  })
  @IsOptional()
  @IsCashAmount()
  amount?: string | number;

  @ApiPropertyOptional({ example: 'TZS', description: 'May be left out for `no_sale` only.' })
  @IsOptional()
  @IsString()
  @Length(3, 3)
  currency?: string;

  @ApiPropertyOptional({
    example: 'Evening drop',
    maxLength: 500,
    description: 'Needed for what goes in or out without a payment, and for an adjustment.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string | null;

  @ApiPropertyOptional({
    enum: ['in', 'out'],
    description: 'Which way an adjustment goes; the other types know theirs.',
  })
  @IsOptional()
  @CaseInsensitiveEnum(['in', 'out'] as const)
  direction?: 'in' | 'out';

  @ApiPropertyOptional({ ...AMOUNT, description: 'What comes in for `amount` in an exchange.' })
  @IsOptional()
  @IsAmount()
  received_amount?: string | number;

  @ApiPropertyOptional({ description: 'Currency of `received_amount`; may be the same.' })
  @IsOptional()
  @IsString()
  @Length(3, 3)
  received_currency?: string;
}

export class EventsQuery extends ListQuery {
  @ApiPropertyOptional({ enum: EVENT_TYPES, example: 'sale' })
  @IsOptional()
  @CaseInsensitiveEnum(EVENT_TYPES)
  type?: EventType;

  @ApiPropertyOptional({ example: 'TZS' })
  @IsOptional()
  @IsString()
  @Length(3, 3)
  currency?: string;

  @ApiPropertyOptional({ type: String, description: 'Id or uuid of a payment.', example: '69' })
  @IsOptional()
  @IsObjectId()
  payment?: string;
}
