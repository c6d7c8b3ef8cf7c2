import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { CaseInsensitiveEnum, IsAmount, IsObjectId, ListQuery } from '../../http/index.js';
import { IsCashAmount } from '../cash.amounts.js';
import { SESSION_STATUSES, type SessionStatus } from '../cash.types.js';

const AMOUNT = { oneOf: [{ type: 'string' }, { type: 'number' }] };

export class OpeningAmount {
  @ApiProperty({ example: 'TZS' })
  @IsString()
  @Length(3, 3)
  currency!: string;

  @ApiProperty({
    ...AMOUNT,
    example: '50000.00',
    description: 'What lies in the drawer; may be 0.',
  })
  @IsCashAmount()
  amount!: string | number;
}

export class OpenSessionDto {
  @ApiProperty({
    oneOf: [{ type: 'integer' }, { type: 'string', format: 'uuid' }],
    example: 1,
    description: 'The drawer: its id or uuid.',
  })
  @IsObjectId()
  drawer!: number | string;

  @ApiProperty({
    type: [OpeningAmount],
    description:
      'What was found in the drawer, per currency. It is compared with what the last close left.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => OpeningAmount)
  opening!: OpeningAmount[];

  @ApiPropertyOptional({ example: 'Morning shift', maxLength: 500 })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  notes?: string | null;
}

export class DenominationInput {
  @ApiProperty({ ...AMOUNT, example: '10000.00', description: 'Value of one note or coin.' })
  @IsAmount()
  value!: string | number;

  @ApiProperty({ example: 4, minimum: 0 })
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  count!: number;
}

export class CountedAmount {
  @ApiProperty({ example: 'TZS' })
  @IsString()
  @Length(3, 3)
  currency!: string;

  @ApiPropertyOptional({
    ...AMOUNT,
    example: '40000.00',
    description: 'What was counted. Not needed where denominations say it; must equal them.',
  })
  @IsOptional()
  @IsCashAmount()
  amount?: string | number;

  @ApiPropertyOptional({ type: [DenominationInput] })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => DenominationInput)
  denominations?: DenominationInput[];
}

export class CountDto {
  @ApiProperty({
    type: [CountedAmount],
    description: 'Per currency. Counting again replaces what was counted before.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => CountedAmount)
  counted!: CountedAmount[];
}

export class CloseSessionDto {
  @ApiPropertyOptional({
    type: [CountedAmount],
    description: 'Counts and closes in one step; left out, the count before holds.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => CountedAmount)
  counted?: CountedAmount[];

  @ApiPropertyOptional({ example: 'A torn note was set aside', maxLength: 500 })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  notes?: string | null;
}

export class ReviewSessionDto {
  @ApiPropertyOptional({ example: 'Change given twice, confirmed by the guest', maxLength: 500 })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  notes?: string | null;
}

export class SessionsQuery extends ListQuery {
  @ApiPropertyOptional({ enum: SESSION_STATUSES, example: 'open' })
  @IsOptional()
  @CaseInsensitiveEnum(SESSION_STATUSES)
  status?: SessionStatus;

  @ApiPropertyOptional({ type: String, description: 'Id or uuid of a drawer.', example: '1' })
  @IsOptional()
  @IsObjectId()
  drawer?: string;

  @ApiPropertyOptional({ type: String, description: 'Id or uuid of a user.', example: '5' })
  @IsOptional()
  @IsObjectId()
  cashier?: string;

  @ApiPropertyOptional({
    enum: ['pending'],
    description: 'Closed with a variance above the limit and waiting for a second person.',
    example: 'pending',
  })
  @IsOptional()
  @CaseInsensitiveEnum(['pending'] as const)
  review?: 'pending';
}
