import { ApiProperty } from '@nestjs/swagger';
import { formatMinor } from '../../common/index.js';
import {
  type AccountMethodRow,
  MANUAL_METHODS,
  type ManualMethod,
  type MethodConfigRow,
} from './method.types.js';

export class TransferDetailsDto {
  @ApiProperty({ example: 'CRDB Bank' })
  bank_name!: string;

  @ApiProperty({ example: 'Malipo Demo Ltd' })
  account_name!: string;

  @ApiProperty({ example: '0150123456700' })
  account_number!: string;

  @ApiProperty({ example: 'Azikiwe branch, SWIFT CORUTZTZ' })
  bank_details!: string;

  @ApiProperty({ example: 'Invoice {number}' })
  reference_template!: string;

  @ApiProperty({ example: '1 to 2 working days' })
  settlement_time!: string;

  @ApiProperty({ example: 'billing@malipo.test' })
  support_contact!: string;
}

export class AvailableMethodDto {
  @ApiProperty({ example: 'bank_transfer', description: 'A manual method, or a gateway’s code.' })
  code!: string;

  @ApiProperty({ example: 'CRDB Bank transfer' })
  name!: string;

  @ApiProperty({ example: 'bank_transfer', description: 'The kind of method.' })
  type!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ type: String, nullable: true, example: '1000.00' })
  min_amount!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '50000000.00' })
  max_amount!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Pay to 0150123456700 at CRDB Bank and write "Invoice {number}" on it.',
    description: 'What to do, for people; null where a gateway leads the payer.',
  })
  instructions!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'en' })
  language!: string | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 1,
    description: 'Names one of several of the same code in `payment_method_id`; null for gateways.',
  })
  id!: number | null;

  @ApiProperty({ type: TransferDetailsDto, nullable: true })
  details!: TransferDetailsDto | null;

  @ApiProperty({ example: true, description: 'Paid by hand and approved by a person.' })
  manual!: boolean;
}

export class AvailableMethodsDto {
  @ApiProperty({ type: [AvailableMethodDto] })
  methods!: AvailableMethodDto[];

  @ApiProperty({ example: 1 })
  count!: number;

  @ApiProperty({ type: String, nullable: true, example: 'azampay', description: 'A code.' })
  default!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'TZ' })
  country!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'TZS' })
  currency!: string | null;
}

export class AccountMethodDto extends TransferDetailsDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '6a7c2f9e-51b0-4d2c-9b5a-0e9f2f3a4b5c' })
  uuid!: string;

  @ApiProperty({ enum: MANUAL_METHODS, example: 'bank_transfer' })
  method!: ManualMethod;

  @ApiProperty({ example: 'CRDB Bank transfer' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: 'TZ' })
  country!: string | null;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ type: String, nullable: true, example: '1000.00' })
  min_amount!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '50000000.00' })
  max_amount!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { en: 'Pay to {account_number} at {bank_name} and write "{reference}" on it.' },
  })
  instructions!: Record<string, string>;

  @ApiProperty({ example: false })
  is_default!: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  archived_at!: string | null;

  @ApiProperty({ example: 1 })
  version!: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  updated_at!: string;
}

export class MethodConfigDto {
  @ApiProperty({ example: 7 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '0d9a7a52-0b5e-4a3f-8f6d-6f0f2a9f4c11' })
  uuid!: string;

  @ApiProperty({ example: 'bank_transfer' })
  code!: string;

  @ApiProperty({ enum: ['manual', 'gateway'], example: 'manual' })
  kind!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Bank transfer' })
  name!: string | null;

  @ApiProperty({ example: true })
  enabled!: boolean;

  @ApiProperty({ example: 7 })
  position!: number;

  @ApiProperty({ type: [String], example: [] })
  countries!: string[];

  @ApiProperty({ type: [String], example: [] })
  currencies!: string[];

  @ApiProperty({ example: 1 })
  version!: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  updated_at!: string;
}

export function presentAccountMethod(row: AccountMethodRow): AccountMethodDto {
  return Object.assign(presentDetails(row), {
    id: row.id,
    uuid: row.uuid,
    method: row.code,
    name: row.name,
    country: row.country,
    currency: row.currency,
    min_amount: row.min_minor && formatMinor(row.min_minor, row.currency),
    max_amount: row.max_minor && formatMinor(row.max_minor, row.currency),
    instructions: row.instructions,
    is_default: row.is_default,
    archived_at: row.archived_at?.toISOString() ?? null,
    version: row.version,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  });
}

export function presentDetails(row: AccountMethodRow): TransferDetailsDto {
  return {
    bank_name: row.bank_name,
    account_name: row.account_name,
    account_number: row.account_number,
    bank_details: row.bank_details,
    reference_template: row.reference_template,
    settlement_time: row.settlement_time,
    support_contact: row.support_contact,
  };
}

export function presentMethodConfig(row: MethodConfigRow): MethodConfigDto {
  return {
    id: row.id,
    uuid: row.uuid,
    code: row.code,
    kind: row.kind,
    name: row.name,
    enabled: row.enabled,
    position: row.position,
    countries: row.countries,
    currencies: row.currencies,
    version: row.version,
    updated_at: row.updated_at.toISOString(),
  };
}
