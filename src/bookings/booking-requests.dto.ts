import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsEmail,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
} from 'class-validator';
import { CaseInsensitiveEnum, IsAmount, IsObjectId, ListQuery } from '../http/index.js';
import { isDay } from './stay.days.js';
import { BOOKING_STATUSES, type BookingStatus } from './booking.types.js';

function IsDay(): PropertyDecorator {
  return ValidateBy({
    name: 'isDay',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isDay(value),
      defaultMessage: () => 'must be a date such as 2026-01-15',
    },
  });
}

export class CreateBookingDto {
  @ApiProperty({
    oneOf: [{ type: 'integer' }, { type: 'string', format: 'uuid' }],
    example: 124,
    description: 'The property: its id or uuid.',
  })
  @IsObjectId()
  property!: number | string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'customer@malipo.test',
    description: 'E-mail of a customer of the account; leave it out for a walk-in.',
  })
  @IsOptional()
  @IsEmail()
  customer?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'Asha Juma',
    maxLength: 200,
    description: "Like e-mail and phone the customer's own by default; needed for a walk-in.",
  })
  @IsOptional()
  @IsString()
  @Matches(/\S/, { message: 'must not be blank' })
  @MaxLength(200)
  customer_name?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'customer@malipo.test' })
  @IsOptional()
  @IsEmail()
  customer_email?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: '0653 294 241',
    description: 'Any usual form; national numbers are read in the country of the currency.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  customer_phone?: string | null;

  @ApiProperty({ format: 'date', example: '2026-02-10' })
  @IsDay()
  check_in!: string;

  @ApiProperty({ format: 'date', example: '2026-02-12' })
  @IsDay()
  check_out!: string;

  @ApiProperty({ example: 2, minimum: 1, maximum: 100_000 })
  @IsInt()
  @Min(1)
  @Max(100_000)
  guests!: number;

  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'number' }], example: '50000.00' })
  @IsAmount()
  total_price!: string | number;

  @ApiProperty({ example: 'TZS' })
  @IsString()
  @Length(3, 3)
  currency!: string;
}

export class CancelBookingDto {
  @ApiPropertyOptional({ example: 'The guest called it off', maxLength: 500 })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string | null;
}

export class BookingsQuery extends ListQuery {
  @ApiPropertyOptional({ enum: BOOKING_STATUSES, example: 'pending' })
  @IsOptional()
  @CaseInsensitiveEnum(BOOKING_STATUSES)
  status?: BookingStatus;

  @ApiPropertyOptional({ type: String, description: 'Id or uuid of a property.', example: '124' })
  @IsOptional()
  @IsObjectId()
  property?: string;

  @ApiPropertyOptional({
    description: 'E-mail of the user who booked, or of the contact.',
    example: 'customer@malipo.test',
  })
  @IsOptional()
  @IsEmail()
  customer?: string;

  @ApiPropertyOptional({ example: 'HTL-000008' })
  @IsOptional()
  @IsString()
  @MaxLength(30)
  reference?: string;
}
