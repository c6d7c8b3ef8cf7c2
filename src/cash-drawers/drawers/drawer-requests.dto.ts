import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { CaseInsensitiveEnum, IsAmount, ListQuery } from '../../http/index.js';
import { IsCashAmount } from '../cash.amounts.js';

const AMOUNT = { oneOf: [{ type: 'string' }, { type: 'number' }], nullable: true };
const present = (_body: object, value: unknown): boolean => value !== undefined;

export class DrawerCurrencyInput {
  @ApiProperty({ example: 'TZS' })
  @IsString()
  @Length(3, 3)
  currency!: string;

  @ApiPropertyOptional({
    ...AMOUNT,
    example: '50000.00',
    description: 'What a session should begin with.',
  })
  @IsOptional()
  @IsCashAmount()
  float_target?: string | number | null;

  @ApiPropertyOptional({
    ...AMOUNT,
    example: '2000000.00',
    description:
      'A drawer that holds this much takes no more cash until some is dropped to the safe or deposited.',
  })
  @IsOptional()
  @IsAmount()
  holding_limit?: string | number | null;

  @ApiPropertyOptional({
    ...AMOUNT,
    example: '5000.00',
    description:
      'A count that is further off than this needs a second person; null: none does, however far off.',
  })
  @IsOptional()
  @IsCashAmount()
  variance_limit?: string | number | null;
}

export class CreateDrawerDto {
  @ApiProperty({ example: 'Bar', maxLength: 100 })
  @IsString()
  @Matches(/\S/, { message: 'must not be blank' })
  @MaxLength(100)
  name!: string;

  @ApiPropertyOptional({ example: 'Pool bar, ground floor', maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  location?: string | null;

  @ApiProperty({ type: [DrawerCurrencyInput] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => DrawerCurrencyInput)
  currencies!: DrawerCurrencyInput[];

  @ApiPropertyOptional({
    example: false,
    default: false,
    description: 'Whoever counts does not see what is expected before the session is closed.',
  })
  @IsOptional()
  @IsBoolean()
  blind?: boolean | null;
}

export class UpdateDrawerDto {
  @ApiPropertyOptional({ example: 'Pool bar', maxLength: 100 })
  @ValidateIf(present)
  @IsString()
  @Matches(/\S/, { message: 'must not be blank' })
  @MaxLength(100)
  name?: string;

  @ApiPropertyOptional({ example: 'Ground floor', maxLength: 200 })
  @ValidateIf(present)
  @IsString()
  @MaxLength(200)
  location?: string;

  @ApiPropertyOptional({
    type: [DrawerCurrencyInput],
    description: 'The whole list: a currency that is left out is taken away.',
  })
  @ValidateIf(present)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => DrawerCurrencyInput)
  currencies?: DrawerCurrencyInput[];

  @ApiPropertyOptional({ example: true, description: 'Holds from the next session on.' })
  @ValidateIf(present)
  @IsBoolean()
  blind?: boolean;
}

export class DrawersQuery extends ListQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false', 'all'],
    default: 'false',
    description: 'Archived drawers only, or all.',
    example: 'all',
  })
  @IsOptional()
  @CaseInsensitiveEnum(['true', 'false', 'all'] as const)
  archived?: 'true' | 'false' | 'all';

  @ApiPropertyOptional({ example: 'TZS', description: 'Drawers that take this currency.' })
  @IsOptional()
  @IsString()
  @Length(3, 3)
  currency?: string;
}
