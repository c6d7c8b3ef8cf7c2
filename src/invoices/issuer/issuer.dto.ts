import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsOptional, IsString, MaxLength } from 'class-validator';

export class IssuerDto {
  @ApiProperty({ example: 'Malipo Demo', description: 'Name of the account.' })
  name!: string;

  @ApiProperty({ example: 'Malipo Demo Ltd', description: 'Stands on papers instead of the name.' })
  legal_name!: string;

  @ApiProperty({ example: 'Ohio Street 7\nDar es Salaam\nTanzania' })
  address!: string;

  @ApiProperty({ example: 'TIN 100-200-300' })
  tax_id!: string;

  @ApiProperty({ type: String, nullable: true, example: 'billing@malipo.test' })
  email!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '+255222110000' })
  phone!: string | null;

  @ApiProperty({ example: 'Bank: Demo Bank, Dar es Salaam. Account 0150 1234 5678 00.' })
  footer!: string;

  @ApiProperty({ example: false })
  has_logo!: boolean;
}

export class UpdateIssuerDto {
  @ApiPropertyOptional({ example: 'Malipo Demo Ltd', maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  legal_name?: string | null;

  @ApiPropertyOptional({
    example: 'Ohio Street 7\nDar es Salaam\nTanzania',
    maxLength: 500,
    description: 'A line each.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  address?: string | null;

  @ApiPropertyOptional({ example: 'TIN 100-200-300', maxLength: 100 })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  tax_id?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'billing@malipo.test' })
  @IsOptional()
  @IsEmail()
  @MaxLength(254)
  email?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: '+255 222 110 000',
    description: 'With the country code.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  phone?: string | null;

  @ApiPropertyOptional({
    example: 'Bank: Demo Bank, Dar es Salaam. Account 0150 1234 5678 00.',
    maxLength: 1000,
    description: 'The last words of each paper, e.g. how to pay by bank.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  footer?: string | null;
}
