import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsEmail,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsDay, IsObjectId } from '../../http/index.js';
import { InvoiceLineInput } from './invoice-line-input.dto.js';

/** Most lines of an invoice or a credit note. */
export const MAX_LINES = 500;

export class CreateInvoiceDto {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'customer@malipo.test',
    description: 'E-mail of a customer of the account; leave it out for somebody without a log-in.',
  })
  @IsOptional()
  @IsEmail()
  customer?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'Asha Juma',
    maxLength: 200,
    description: "Like e-mail and phone the customer's (else the booking's) own by default.",
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

  @ApiPropertyOptional({
    oneOf: [{ type: 'integer' }, { type: 'string', format: 'uuid' }],
    nullable: true,
    example: 123,
    description: 'The booking it is about: its id or uuid.',
  })
  @IsOptional()
  @IsObjectId()
  booking?: number | string | null;

  @ApiProperty({ example: 'TZS' })
  @IsString()
  @Length(3, 3)
  currency!: string;

  @ApiProperty({ type: [InvoiceLineInput], minItems: 1, maxItems: MAX_LINES })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => InvoiceLineInput)
  lines!: InvoiceLineInput[];

  @ApiPropertyOptional({
    type: String,
    format: 'date',
    nullable: true,
    example: '2027-02-06',
    description: 'By default some days after the day of issue, as the deployment has it.',
  })
  @IsOptional()
  @IsDay()
  due_date?: string | null;

  @ApiPropertyOptional({ example: 'Thank you for staying with us.', maxLength: 2000 })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  notes?: string | null;
}

export class UpdateInvoiceDto extends PartialType(CreateInvoiceDto) {
  @ApiPropertyOptional({
    example: 1,
    description: 'The version you have seen: another one in between is 409.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  version?: number;
}

export class VoidInvoiceDto {
  @ApiProperty({ example: 'Made out to the wrong company', maxLength: 500 })
  @IsString()
  @Matches(/\S/, { message: 'must not be blank' })
  @MaxLength(500)
  reason!: string;
}

export class CreateCreditNoteDto {
  @ApiProperty({ example: 'The transfer did not take place', maxLength: 500 })
  @IsString()
  @Matches(/\S/, { message: 'must not be blank' })
  @MaxLength(500)
  reason!: string;

  @ApiPropertyOptional({
    type: [InvoiceLineInput],
    maxItems: MAX_LINES,
    description:
      'What is credited, in the invoice’s currency; the whole invoice unless given, which needs that nothing of it is paid or credited.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => InvoiceLineInput)
  lines?: InvoiceLineInput[] | null;
}
