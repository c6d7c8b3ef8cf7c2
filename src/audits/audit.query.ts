import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { ROLES, type Actor } from '../common/index.js';
import { CaseInsensitiveEnum, IsObjectId, ListQuery } from '../http/index.js';

const ACTOR_ROLES = [...ROLES, 'system', 'gateway', 'guest'] as const satisfies Actor['role'][];
const WHOLE = /^[1-9]\d{0,14}$/;

/** Filters of the audit trail. */
export class AuditQuery extends ListQuery {
  @ApiPropertyOptional({ description: 'What happened.', example: 'payment.completed' })
  @IsOptional()
  @Matches(/^[a-z0-9_]+(\.[a-z0-9_]+)+$/i, { message: 'must be a word such as payment.completed' })
  @MaxLength(100)
  action?: string;

  @ApiPropertyOptional({
    description: 'Who did it: user name or user id, or `system`, `guest`, `gateway:azampay`.',
    example: 'staff@malipo.test',
  })
  @IsOptional()
  @IsString()
  @MaxLength(254)
  actor?: string;

  @ApiPropertyOptional({ enum: ACTOR_ROLES, example: 'staff' })
  @IsOptional()
  @CaseInsensitiveEnum(ACTOR_ROLES)
  role?: Actor['role'];

  @ApiPropertyOptional({ description: 'Kind of object it happened to.', example: 'payment' })
  @IsOptional()
  @Matches(/^[a-z0-9_]+$/i, { message: 'must be a word such as payment' })
  @MaxLength(50)
  object_type?: string;

  @ApiPropertyOptional({ description: 'Integer id of that object.', type: Number, example: 69 })
  @IsOptional()
  @Matches(WHOLE, { message: 'must be an integer id' })
  object_id?: string;

  @ApiPropertyOptional({
    description: 'Payment it belongs to: integer id or uuid.',
    type: String,
    example: '69',
  })
  @IsOptional()
  @IsObjectId()
  payment?: string;

  @ApiPropertyOptional({
    description: 'The `request_id` that an answer or an error named.',
    example: '0f8fad5b-d9cb-469f-a165-70867728950e',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  request_id?: string;
}

/** A head of the chain that was noted earlier, outside this database. */
export class ChainQuery {
  @ApiPropertyOptional({
    description: 'Number of a seal that was noted earlier, with its `hash`.',
    type: Number,
    example: 1200,
  })
  @IsOptional()
  @Matches(/^\d{1,18}$/, { message: 'must be a whole number' })
  seq?: string;

  @ApiPropertyOptional({
    description: 'Hash of that seal: the chain must still hold it.',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/i, { message: 'must be 64 hexadecimal digits' })
  hash?: string;
}
