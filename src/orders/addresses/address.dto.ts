import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsISO31661Alpha2, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { type AddressRow, postalOf } from './address.types.js';

const NOT_BLANK = { message: 'must not be blank' };

export class CreateAddressDto {
  @ApiProperty({ example: 'Asha Juma', maxLength: 200 })
  @IsString()
  @Matches(/\S/, NOT_BLANK)
  @MaxLength(200)
  recipient!: string;

  @ApiProperty({ example: '12 Samora Avenue', maxLength: 200 })
  @IsString()
  @Matches(/\S/, NOT_BLANK)
  @MaxLength(200)
  line1!: string;

  @ApiPropertyOptional({ example: 'Flat 4', maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  line2?: string;

  @ApiProperty({ example: 'Dar es Salaam', maxLength: 100 })
  @IsString()
  @Matches(/\S/, NOT_BLANK)
  @MaxLength(100)
  city!: string;

  @ApiPropertyOptional({ example: 'Ilala', maxLength: 100 })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  region?: string;

  @ApiPropertyOptional({ example: '11101', maxLength: 20 })
  @IsOptional()
  @IsString()
  @MaxLength(20)
  postal_code?: string;

  @ApiProperty({ example: 'TZ', description: 'ISO 3166, two letters.' })
  @IsISO31661Alpha2({ message: 'must be a country code of two letters such as TZ' })
  country!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: '0653 294 241',
    description: 'National numbers are read in the country of the address, where it is known.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  phone?: string | null;
}

/** A field left out stays. */
export class UpdateAddressDto extends PartialType(CreateAddressDto, {
  skipNullProperties: false,
}) {}

/** An address as orders keep it. */
export class PostalAddressDto {
  @ApiProperty({ example: 'Asha Juma' })
  recipient!: string;

  @ApiProperty({ example: '12 Samora Avenue' })
  line1!: string;

  @ApiProperty({ example: '' })
  line2!: string;

  @ApiProperty({ example: 'Dar es Salaam' })
  city!: string;

  @ApiProperty({ example: 'Ilala' })
  region!: string;

  @ApiProperty({ example: '11101' })
  postal_code!: string;

  @ApiProperty({ example: 'TZ' })
  country!: string;

  @ApiProperty({ type: String, nullable: true, example: '255653294241' })
  phone!: string | null;
}

export class AddressDto extends PostalAddressDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '5f0a7e0e-5f38-4b0c-8a5a-6d6f0f4c8b11' })
  uuid!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  updated_at!: string;
}

export function presentAddress(row: AddressRow): AddressDto {
  return {
    id: row.id,
    uuid: row.uuid,
    ...postalOf(row),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
