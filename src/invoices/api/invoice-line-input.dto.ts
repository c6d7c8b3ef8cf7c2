import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength, ValidateBy } from 'class-validator';
import { IsAmount } from '../../http/index.js';
import { readThousandths, type WantedLine } from '../invoice.amounts.js';

function IsThousandths(): PropertyDecorator {
  return ValidateBy({
    name: 'isThousandths',
    validator: {
      validate: (value: unknown) => readThousandths(value) !== null,
      defaultMessage: () => 'must be a decimal such as "1.5", with at most 3 decimals',
    },
  });
}

const DECIMAL = { oneOf: [{ type: 'string' }, { type: 'number' }] };

export class InvoiceLineInput implements WantedLine {
  @ApiProperty({ example: 'Airport transfer', maxLength: 500 })
  @IsString()
  @Matches(/\S/, { message: 'must not be blank' })
  @MaxLength(500)
  description!: string;

  @ApiProperty({ ...DECIMAL, example: '2', description: 'Positive, at most three decimals.' })
  @IsThousandths()
  quantity!: string | number;

  @ApiProperty({ ...DECIMAL, example: '20000.00', description: 'Before tax.' })
  @IsAmount()
  unit_price!: string | number;

  @ApiPropertyOptional({
    ...DECIMAL,
    example: '18',
    description: 'Per cent of the net amount, at most three decimals; none by default.',
  })
  @IsOptional()
  @IsThousandths()
  tax_rate?: string | number | null;
}
