import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { CaseInsensitiveEnum, IsDay, IsObjectId, ListQuery } from '../../http/index.js';
import { INVOICE_STATUSES, type InvoiceStatus } from '../invoice.types.js';

export class InvoicesQuery extends ListQuery {
  @ApiPropertyOptional({ enum: INVOICE_STATUSES, example: 'issued' })
  @IsOptional()
  @CaseInsensitiveEnum(INVOICE_STATUSES)
  status?: InvoiceStatus;

  @ApiPropertyOptional({ type: String, description: 'Id or uuid of a booking.', example: '123' })
  @IsOptional()
  @IsObjectId()
  booking?: string;

  @ApiPropertyOptional({
    description: 'E-mail of the user it is for, or on the invoice.',
    example: 'customer@malipo.test',
  })
  @IsOptional()
  @IsEmail()
  customer?: string;

  @ApiPropertyOptional({ example: 'INV-2026-000001' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  number?: string;

  @ApiPropertyOptional({ example: 'TZS' })
  @IsOptional()
  @IsString()
  @Length(3, 3)
  currency?: string;

  @ApiPropertyOptional({ format: 'date', description: 'Due on this day or later.' })
  @IsOptional()
  @IsDay()
  due_after?: string;

  @ApiPropertyOptional({ format: 'date', description: 'Due before this day.' })
  @IsOptional()
  @IsDay()
  due_before?: string;
}
