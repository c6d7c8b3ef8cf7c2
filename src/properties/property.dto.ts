import { ApiProperty } from '@nestjs/swagger';
import { PROPERTY_KINDS, type PropertyKind } from './property.types.js';

export class OwnerContactDto {
  @ApiProperty({ example: 'John Doe' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: '+255700000000' })
  phone!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'owner@example.com' })
  email!: string | null;
}

/** A property as far as the caller may see it. */
export class PropertyDto {
  @ApiProperty({ example: 123 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '0d0f3a52-3a3f-4a7c-8d8e-6a2f3c1b9e10' })
  uuid!: string;

  @ApiProperty({ enum: PROPERTY_KINDS, example: 'house' })
  kind!: PropertyKind;

  @ApiProperty({ example: 'Beautiful 3 Bedroom House' })
  title!: string;

  @ApiProperty({ example: 'Three bedrooms, a garden and a view of the bay.' })
  description!: string;

  @ApiProperty({ example: 'Dar es Salaam' })
  region!: string;

  @ApiProperty({ example: 'Dar es Salaam' })
  city!: string;

  @ApiProperty({ example: 'Tanzania' })
  country!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '123 Main Street, Dar es Salaam',
    description: 'Like district and coordinates: of a house null, but for its owner and staff.',
  })
  address!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Kinondoni' })
  district!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: -6.7924 })
  latitude!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 39.2083 })
  longitude!: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'owner@malipo.test',
    description: "The owner's e-mail; like the contact null, but for the owner and staff.",
  })
  owner!: string | null;

  @ApiProperty({ type: OwnerContactDto, nullable: true })
  owner_contact!: OwnerContactDto | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '5000.00',
    description: 'What a visit to a house costs; null where none can be paid.',
  })
  visit_cost!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'TZS' })
  visit_cost_currency!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  updated_at!: string;
}
