import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsOptional } from 'class-validator';
import { CURRENCIES } from '../common/index.js';
import { CaseInsensitiveEnum, ListQuery } from '../http/index.js';
import { CREDIT_KINDS, type CreditKind } from './credit.types.js';

export class CreditsQuery extends ListQuery {
  @ApiPropertyOptional({ type: String, example: 'TZS' })
  @IsOptional()
  @CaseInsensitiveEnum([...CURRENCIES.keys()])
  currency?: string;

  @ApiPropertyOptional({ description: 'E-mail of a customer.', example: 'customer@malipo.test' })
  @IsOptional()
  @IsEmail()
  customer?: string;
}

export class CreditEntriesQuery extends ListQuery {
  @ApiPropertyOptional({ enum: CREDIT_KINDS, example: 'payment' })
  @IsOptional()
  @CaseInsensitiveEnum(CREDIT_KINDS)
  kind?: CreditKind;
}
