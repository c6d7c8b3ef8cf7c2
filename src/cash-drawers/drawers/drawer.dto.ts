import { ApiProperty } from '@nestjs/swagger';
import { formatMinor } from '../../common/index.js';
import type { DrawerRow } from '../cash.types.js';

export class CashDrawerCurrencyDto {
  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ type: String, nullable: true, example: '50000.00' })
  float_target!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '2000000.00' })
  holding_limit!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '5000.00' })
  variance_limit!: string | null;
}

export class CashDrawerDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '0f4cfd0e-5b0e-4cf8-9f0b-1a52f8f0c4de' })
  uuid!: string;

  @ApiProperty({ example: 'Reception' })
  name!: string;

  @ApiProperty({ example: 'Coral Beach Hotel, lobby' })
  location!: string;

  @ApiProperty({ type: [CashDrawerCurrencyDto] })
  currencies!: CashDrawerCurrencyDto[];

  @ApiProperty({ example: false })
  blind!: boolean;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 12,
    description: 'Id of the session that is open at it.',
  })
  open_session!: number | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  archived_at!: string | null;

  @ApiProperty({ example: 1 })
  version!: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  updated_at!: string;
}

export function presentDrawer(row: DrawerRow): CashDrawerDto {
  return {
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    location: row.location,
    currencies: row.currencies.map((each) => ({
      currency: each.currency,
      float_target: shown(each.float_target_minor, each.currency),
      holding_limit: shown(each.holding_limit_minor, each.currency),
      variance_limit: shown(each.variance_limit_minor, each.currency),
    })),
    blind: row.blind,
    open_session: row.session_id,
    archived_at: row.archived_at?.toISOString() ?? null,
    version: row.version,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

function shown(minor: string | null, currency: string): string | null {
  return minor === null ? null : formatMinor(minor, currency);
}
