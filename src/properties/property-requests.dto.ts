import { ApiProperty, ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsEmail,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { CaseInsensitiveEnum, IsAmount, ListQuery } from '../http/index.js';
import { PROPERTY_KINDS, type PropertyKind } from './property.types.js';

const NOT_BLANK = { message: 'must not be blank' };

export class OwnerContactInput {
  @ApiPropertyOptional({ example: 'John Doe', maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  name?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: '+255 700 000 000' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  phone?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'owner@example.com' })
  @IsOptional()
  @IsEmail()
  email?: string | null;
}

export class CreatePropertyDto {
  @ApiProperty({ enum: PROPERTY_KINDS, example: 'house' })
  @CaseInsensitiveEnum(PROPERTY_KINDS)
  kind!: PropertyKind;

  @ApiProperty({ example: 'owner@malipo.test', description: 'E-mail of an owner of the account.' })
  @IsEmail()
  owner!: string;

  @ApiProperty({ example: 'Beautiful 3 Bedroom House', maxLength: 200 })
  @IsString()
  @Matches(/\S/, NOT_BLANK)
  @MaxLength(200)
  title!: string;

  @ApiProperty({ example: 'Dar es Salaam', maxLength: 100 })
  @IsString()
  @Matches(/\S/, NOT_BLANK)
  @MaxLength(100)
  city!: string;

  @ApiProperty({ example: 'Tanzania', maxLength: 100 })
  @IsString()
  @Matches(/\S/, NOT_BLANK)
  @MaxLength(100)
  country!: string;

  @ApiPropertyOptional({ example: 'Dar es Salaam', maxLength: 100 })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  region?: string | null;

  @ApiPropertyOptional({ example: 'A garden and a view of the bay.', maxLength: 5000 })
  @IsOptional()
  @IsString()
  @MaxLength(5000)
  description?: string | null;

  @ApiPropertyOptional({ example: '123 Main Street, Dar es Salaam', maxLength: 300 })
  @IsOptional()
  @IsString()
  @MaxLength(300)
  address?: string | null;

  @ApiPropertyOptional({ example: 'Kinondoni', maxLength: 100 })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  district?: string | null;

  @ApiPropertyOptional({ type: Number, nullable: true, example: -6.7924 })
  @IsOptional()
  @IsNumber()
  @Min(-90)
  @Max(90)
  latitude?: number | null;

  @ApiPropertyOptional({ type: Number, nullable: true, example: 39.2083 })
  @IsOptional()
  @IsNumber()
  @Min(-180)
  @Max(180)
  longitude?: number | null;

  @ApiPropertyOptional({
    type: OwnerContactInput,
    description: "What visitors get; a new property takes it from its owner's profile.",
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => OwnerContactInput)
  owner_contact?: OwnerContactInput | null;

  @ApiPropertyOptional({
    oneOf: [{ type: 'string' }, { type: 'number' }],
    nullable: true,
    example: '5000.00',
    description: 'Of houses only; null: no visits.',
  })
  @IsOptional()
  @IsAmount()
  visit_cost?: string | number | null;

  @ApiPropertyOptional({ example: 'TZS', description: 'Needed once, with `visit_cost`.' })
  @IsOptional()
  @IsString()
  @Length(3, 3)
  visit_cost_currency?: string | null;
}

/** Everything but the kind, which references of bookings are made of. A field left out stays. */
export class UpdatePropertyDto extends PartialType(OmitType(CreatePropertyDto, ['kind'] as const), {
  skipNullProperties: false,
}) {}

export class PropertiesQuery extends ListQuery {
  @ApiPropertyOptional({ enum: PROPERTY_KINDS, example: 'house' })
  @IsOptional()
  @CaseInsensitiveEnum(PROPERTY_KINDS)
  kind?: PropertyKind;

  @ApiPropertyOptional({ example: 'Dar es Salaam' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  region?: string;

  @ApiPropertyOptional({ example: 'Dar es Salaam' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  city?: string;

  @ApiPropertyOptional({
    example: 'garden',
    description: 'Part of title, description, region, city or country.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  search?: string;
}
