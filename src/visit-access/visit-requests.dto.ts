import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';
import { CaseInsensitiveEnum } from '../http/index.js';
import { MOBILE_NETWORKS, type MobileNetwork } from '../providers/index.js';

/** Methods that a prompt on the visitor's phone serves. */
export const VISIT_METHODS = ['mobile_money', 'online'] as const;

const PRINTABLE = /^[\x21-\x7e]{1,200}$/;

function IsTransactionId(): PropertyDecorator {
  return ValidateBy({
    name: 'isTransactionId',
    validator: {
      validate: (value: unknown) =>
        (typeof value === 'string' && PRINTABLE.test(value.trim())) ||
        (Number.isSafeInteger(value) && Number(value) > 0),
      defaultMessage: () => "must be the gateway's transaction id, or ours",
    },
  });
}

export class InitiateVisitDto {
  @ApiPropertyOptional({ enum: VISIT_METHODS, default: 'mobile_money', example: 'mobile_money' })
  @IsOptional()
  @CaseInsensitiveEnum(VISIT_METHODS)
  payment_method?: (typeof VISIT_METHODS)[number] | null;

  @ApiPropertyOptional({
    enum: MOBILE_NETWORKS,
    example: 'AIRTEL',
    description: 'Required for mobile_money: whose network the prompt goes through',
  })
  @IsOptional()
  @CaseInsensitiveEnum(MOBILE_NETWORKS)
  mobile_money_provider?: MobileNetwork | null;
}

export class VerifyVisitDto {
  @ApiProperty({
    oneOf: [{ type: 'string' }, { type: 'integer' }],
    example: 'AZM019be9446ac770a2a65c6243434f61d8',
    description:
      'What initiate answered: `gateway_transaction_id`, `transaction_reference` or `transaction_id`',
  })
  @IsTransactionId()
  transaction_id!: string | number;
}
