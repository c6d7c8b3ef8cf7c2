import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsEmail,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import { ROLES, type Role } from '../../common/index.js';
import { MAX_PASSWORD_LENGTH } from '../login/passwords.service.js';
import type { Profile } from '../user.types.js';

const MAX_EMAIL = 254;
const MAX_NAME = 200;
/** Without `@`: only an e-mail has that, so the one cannot be taken for the other. Two are the audit trail's. */
const USERNAME = /^(?!(?:system|guest)$)[a-z0-9][a-z0-9._-]{2,63}$/i;
const USERNAME_RULE =
  'must be 3 to 64 letters, digits, dots, dashes or underscores, and not system or guest';
const PRINTABLE = /^\P{Cc}*$/u;

const Trimmed = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

/** One spelling per address: mail servers tell no case apart, and neither must we. */
const LowerCased = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.trim().toLowerCase() : value,
  );

/** Absent is fine, null is not: there is nothing it could mean. */
export const IfPresent = (): PropertyDecorator =>
  ValidateIf((_object, value) => value !== undefined);

export class TokenRequestDto {
  @ApiProperty({
    description: 'User name or e-mail, in any case.',
    example: 'customer@malipo.test',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_EMAIL)
  @Matches(PRINTABLE, { message: 'must be plain text' })
  @Trimmed()
  username!: string;

  @ApiProperty({ example: 'malipo-demo', format: 'password' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_PASSWORD_LENGTH)
  password!: string;
}

export class RefreshRequestDto {
  @ApiProperty({
    description: 'The refresh token of the last log-in or refresh.',
    example: '2s5hQXv3mJtVt0p8iY3cJ7kqkzT0yq1m9e2bqJv0h4E',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(4096)
  refresh!: string;
}

export class RegisterDto {
  @ApiProperty({ example: 'asha@example.com', format: 'email' })
  @IsEmail({}, { message: 'must be an e-mail address such as asha@example.com' })
  @MaxLength(MAX_EMAIL)
  @LowerCased()
  email!: string;

  @ApiProperty({
    description: `10 to ${MAX_PASSWORD_LENGTH} characters, 5 different ones at least.`,
    example: 'karibu-zanzibar',
    format: 'password',
  })
  @IsString()
  @IsNotEmpty()
  password!: string;

  @ApiPropertyOptional({
    description: '3 to 64 of a-z, 0-9, dot, dash and underscore. The e-mail when left out.',
    example: 'asha',
  })
  @IfPresent()
  @IsString()
  @Matches(USERNAME, { message: USERNAME_RULE })
  @Trimmed()
  username?: string;

  @ApiPropertyOptional({ example: 'Asha Juma' })
  @IfPresent()
  @IsString()
  @MaxLength(MAX_NAME)
  @Matches(PRINTABLE, { message: 'must be plain text' })
  @Trimmed()
  name?: string;

  @ApiPropertyOptional({
    description: 'Any usual form; a national number is read as Tanzanian.',
    example: '0653 294 242',
    nullable: true,
    type: String,
  })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  @Trimmed()
  phone?: string | null;
}

export class ChangeProfileDto {
  @ApiPropertyOptional({ example: 'Asha Juma' })
  @IfPresent()
  @IsString()
  @MaxLength(MAX_NAME)
  @Matches(PRINTABLE, { message: 'must be plain text' })
  @Trimmed()
  name?: string;

  @ApiPropertyOptional({
    description: 'Whoever has the e-mail as user name logs in by the new one from then on.',
    example: 'asha@example.com',
    format: 'email',
  })
  @IfPresent()
  @IsEmail({}, { message: 'must be an e-mail address such as asha@example.com' })
  @MaxLength(MAX_EMAIL)
  @LowerCased()
  email?: string;

  @ApiPropertyOptional({
    description: 'Any usual form; a national number is read as Tanzanian. Null removes it.',
    example: '+255 653 294 241',
    nullable: true,
    type: String,
  })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  @Trimmed()
  phone?: string | null;
}

export class TokenPairDto {
  @ApiProperty({
    description: 'For `Authorization: Bearer …`, 15 minutes.',
    example:
      'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJ1aWQiOjYsImFjYyI6MSwicm9sZSI6ImN1c3RvbWVyIn0.x4T1',
  })
  access!: string;

  @ApiProperty({
    description: 'Works once, for the next pair. A second use ends the login.',
    example: '2s5hQXv3mJtVt0p8iY3cJ7kqkzT0yq1m9e2bqJv0h4E',
  })
  refresh!: string;
}

export class MessageDto {
  @ApiProperty({ example: 'Logged out' })
  message!: string;
}

export class AccountDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ example: '5b0f7c1e-6a1c-4f0e-9d3e-0c8f0b6f2a11', format: 'uuid' })
  uuid!: string;

  @ApiProperty({ example: 'Malipo Demo' })
  name!: string;
}

export class ProfileDto {
  @ApiProperty({ example: 6 })
  id!: number;

  @ApiProperty({ example: '2f9c1c0e-3a5e-4c56-8a3c-4f3d2d1b0a66', format: 'uuid' })
  uuid!: string;

  @ApiProperty({ example: 'customer@malipo.test' })
  username!: string;

  @ApiProperty({ example: 'customer@malipo.test', nullable: true, type: String })
  email!: string | null;

  @ApiProperty({ example: 'Asha Juma' })
  name!: string;

  @ApiProperty({ example: '255653294241', nullable: true, type: String })
  phone!: string | null;

  @ApiProperty({ enum: ROLES, example: 'customer' })
  role!: Role;

  @ApiProperty({ type: AccountDto })
  account!: AccountDto;

  @ApiProperty({ example: '2026-03-01T08:00:00.000Z', format: 'date-time' })
  created_at!: string;

  @ApiProperty({ example: '2026-03-01T08:00:00.000Z', format: 'date-time' })
  updated_at!: string;
}

export function presentProfile(profile: Profile): ProfileDto {
  const { id, uuid, username, email, name, phone, role, account } = profile;
  return {
    id,
    uuid,
    username,
    email,
    name,
    phone,
    role,
    account,
    created_at: profile.createdAt.toISOString(),
    updated_at: profile.updatedAt.toISOString(),
  };
}
