import { ApiProperty } from '@nestjs/swagger';
import { BOOKING_STATUSES, type BookingStatus } from './booking.types.js';

export class BookingDto {
  @ApiProperty({ example: 123 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '9b2f5a3e-7d0c-4b55-8a43-5d0e6f7a8b9c' })
  uuid!: string;

  @ApiProperty({ example: 'HTL-000008' })
  reference!: string;

  @ApiProperty({ enum: BOOKING_STATUSES, example: 'pending' })
  status!: BookingStatus;

  @ApiProperty({ example: 124, description: 'Id of the property.' })
  property!: number;

  @ApiProperty({ example: 'Coral Beach Hotel' })
  property_title!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'customer@malipo.test',
    description: 'E-mail of the user who booked; null for a walk-in.',
  })
  customer!: string | null;

  @ApiProperty({ example: 'Asha Juma' })
  customer_name!: string;

  @ApiProperty({ type: String, nullable: true, example: 'customer@malipo.test' })
  customer_email!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '255653294241' })
  customer_phone!: string | null;

  @ApiProperty({ format: 'date', example: '2026-02-10' })
  check_in!: string;

  @ApiProperty({ format: 'date', example: '2026-02-12' })
  check_out!: string;

  @ApiProperty({ example: 2 })
  guests!: number;

  @ApiProperty({ example: '50000.00' })
  total_price!: string;

  @ApiProperty({ example: '0.00', description: 'Completed payments net of refunds.' })
  amount_paid!: string;

  @ApiProperty({ example: '50000.00', description: 'What may still be paid.' })
  amount_due!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: 1 })
  version!: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  updated_at!: string;
}
