import { OmitType } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { ROLES, type Role } from '../../common/index.js';
import { CaseInsensitiveEnum, RequestValidationPipe } from '../../http/index.js';
import { IfPresent, RegisterDto } from '../api/auth.dto.js';
import { ACCOUNT_NAME_RULE, accountName } from './accounts.service.js';

/** What an operator says of a new user: as somebody who registers, plus role and account. */
export class EnrolmentDto extends OmitType(RegisterDto, ['password'] as const) {
  @CaseInsensitiveEnum(ROLES)
  role!: Role;

  @IfPresent()
  @ValidateBy({
    name: 'isAccountName',
    validator: {
      validate: (value) => typeof value === 'string' && accountName(value) !== null,
      defaultMessage: () => ACCOUNT_NAME_RULE,
    },
  })
  account?: string;
}

/**
 * Checks what stands there before any password is known.
 * @throws DomainError `validation_failed` with all that is wrong, per field
 */
export async function readEnrolment(values: Record<string, unknown>): Promise<EnrolmentDto> {
  const body = { type: 'body', metatype: EnrolmentDto } as const;
  const checked = await new RequestValidationPipe().validateBody(values, body, false);
  return checked as EnrolmentDto;
}
