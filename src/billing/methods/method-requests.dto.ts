import { ApiProperty, ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import {
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { CURRENCIES } from '../../common/index.js';
import { CaseInsensitiveEnum, IsAmount, ListQuery } from '../../http/index.js';
import { IsCountry } from './country.decorator.js';
import { MANUAL_METHODS, type ManualMethod } from './method.types.js';

const NOT_BLANK = { message: 'must not be blank' };
const CODES = [...CURRENCIES.keys()];
const AMOUNT = { oneOf: [{ type: 'string' }, { type: 'number' }] };

export class AvailableMethodsQuery {
  @ApiPropertyOptional({ description: 'Where the payer is (ISO 3166).', example: 'TZ' })
  @IsOptional()
  @IsCountry()
  country?: string;

  @ApiPropertyOptional({ type: String, description: 'What is to be paid in.', example: 'TZS' })
  @IsOptional()
  @CaseInsensitiveEnum(CODES)
  currency?: string;

  @ApiPropertyOptional({
    type: String,
    description: 'Only methods that take this much; needs the currency.',
    example: '50000.00',
  })
  @IsOptional()
  @IsAmount()
  amount?: string;

  @ApiPropertyOptional({
    type: String,
    description: 'Language of the instructions (BCP 47); English, or what there is, otherwise.',
    example: 'sw',
  })
  @IsOptional()
  @Matches(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, { message: 'must be a language tag such as sw' })
  @MaxLength(35)
  language?: string;
}

export class AccountMethodsQuery extends ListQuery {
  @ApiPropertyOptional({ enum: MANUAL_METHODS, example: 'bank_transfer' })
  @IsOptional()
  @CaseInsensitiveEnum(MANUAL_METHODS)
  method?: ManualMethod;

  @ApiPropertyOptional({ type: String, example: 'TZS' })
  @IsOptional()
  @CaseInsensitiveEnum(CODES)
  currency?: string;

  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Archived ones, or the others.' })
  @IsOptional()
  @CaseInsensitiveEnum(['true', 'false'])
  archived?: 'true' | 'false';
}

export class CreateAccountMethodDto {
  @ApiProperty({ enum: MANUAL_METHODS, example: 'bank_transfer' })
  @CaseInsensitiveEnum(MANUAL_METHODS)
  method!: ManualMethod;

  @ApiProperty({ example: 'CRDB Bank transfer', maxLength: 100 })
  @IsString()
  @Matches(/\S/, NOT_BLANK)
  @MaxLength(100)
  name!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'TZ',
    description: 'Offered to payers of this country only; left out or null: everywhere.',
  })
  @IsOptional()
  @IsCountry()
  country?: string | null;

  @ApiProperty({ example: 'TZS' })
  @CaseInsensitiveEnum(CODES)
  currency!: string;

  @ApiPropertyOptional({ ...AMOUNT, nullable: true, example: '1000.00' })
  @IsOptional()
  @IsAmount()
  min_amount?: string | number | null;

  @ApiPropertyOptional({ ...AMOUNT, nullable: true, example: '50000000.00' })
  @IsOptional()
  @IsAmount()
  max_amount?: string | number | null;

  @ApiProperty({ example: 'CRDB Bank', description: 'The bank, or the operator of the wallet.' })
  @IsString()
  @Matches(/\S/, NOT_BLANK)
  @MaxLength(100)
  bank_name!: string;

  @ApiProperty({ example: 'Malipo Demo Ltd', maxLength: 200 })
  @IsString()
  @Matches(/\S/, NOT_BLANK)
  @MaxLength(200)
  account_name!: string;

  @ApiProperty({ example: '0150123456700', description: 'Account, till or wallet number.' })
  @IsString()
  @Matches(/\S/, NOT_BLANK)
  @MaxLength(60)
  account_number!: string;

  @ApiPropertyOptional({ example: 'Azikiwe branch, SWIFT CORUTZTZ', maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  bank_details?: string;

  @ApiPropertyOptional({
    example: 'Invoice {number}',
    description: 'What the payer writes on the transfer, with `{number}` for the invoice’s number.',
    maxLength: 100,
  })
  @IsOptional()
  @IsString()
  @Matches(/\{number\}/, { message: 'must hold {number}' })
  @MaxLength(100)
  reference_template?: string;

  @ApiPropertyOptional({ example: '1 to 2 working days', maxLength: 100 })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  settlement_time?: string;

  @ApiPropertyOptional({ example: 'billing@malipo.test', maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  support_contact?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { en: 'Pay to {account_number} at {bank_name} and write "{reference}" on it.' },
    description:
      'By language tag. `{number}`, `{reference}`, `{bank_name}`, `{account_name}` and `{account_number}` stand for what they say.',
  })
  @IsOptional()
  @IsObject()
  instructions?: Record<string, unknown>;

  @ApiPropertyOptional({
    example: false,
    description: 'Offered first in its currency and country.',
  })
  @IsOptional()
  @IsBoolean()
  is_default?: boolean;
}

/** Method, currency and country are what past payments were made by: for others, add another method. */
export class UpdateAccountMethodDto extends PartialType(
  OmitType(CreateAccountMethodDto, ['method', 'currency', 'country'] as const),
  { skipNullProperties: false },
) {
  @ApiPropertyOptional({ example: 1, description: 'Refused with 409 when it has changed since.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  version?: number;
}

export class UpdateMethodConfigDto {
  @ApiPropertyOptional({ type: String, nullable: true, example: 'Bank transfer', maxLength: 100 })
  @IsOptional()
  @IsString()
  @Matches(/\S/, NOT_BLANK)
  @MaxLength(100)
  name?: string | null;

  @ApiPropertyOptional({ example: true, description: 'Switched off, no account offers it.' })
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;

  @ApiPropertyOptional({ example: 7, description: 'The smallest comes first.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(10_000)
  position?: number;

  @ApiPropertyOptional({ type: [String], example: ['TZ'], description: 'Empty: no further limit.' })
  @IsOptional()
  @IsArray()
  @IsCountry({ each: true })
  countries?: string[];

  @ApiPropertyOptional({
    type: [String],
    example: ['TZS'],
    description: 'Empty: no further limit.',
  })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  currencies?: string[];

  @ApiPropertyOptional({ example: 1, description: 'Refused with 409 when it has changed since.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  version?: number;
}
