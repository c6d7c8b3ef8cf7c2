import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min, ValidateBy } from 'class-validator';

export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 100;
const MOMENT =
  /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

function toInteger({ value }: { value: unknown }): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
}

/** Reads an ISO 8601 date or time; without a zone it is UTC. Null when it is neither. */
export function parseMoment(text: string): Date | null {
  // In a query string an unescaped "+" arrives as a space.
  const moment = text.replace(/(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) (\d{2}:\d{2})$/, '$1+$2');
  if (!MOMENT.test(moment)) return null;
  const zoned = /Z$|[+-]\d{2}:\d{2}$/.test(moment) || moment.length === 10 ? moment : `${moment}Z`;
  const date = new Date(zoned.replace(' ', 'T'));
  return Number.isNaN(date.getTime()) || !sameDay(moment, date, zoned) ? null : date;
}

/** `new Date` reads 31 February as 3 March; such a day is a mistake. */
function sameDay(text: string, date: Date, zoned: string): boolean {
  const offset = /([+-])(\d{2}):(\d{2})$/.exec(zoned);
  const isOffset = offset && zoned.length > 10;
  const minutes = isOffset
    ? Number(`${offset[1]}1`) * (Number(offset[2]) * 60 + Number(offset[3]))
    : 0;
  return new Date(date.getTime() + minutes * 60_000).toISOString().startsWith(text.slice(0, 10));
}

/** A date or time as `parseMoment` reads it. */
export function IsMoment(): PropertyDecorator {
  return ValidateBy({
    name: 'isMoment',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && parseMoment(value) !== null,
      defaultMessage: () => 'must be a date or time such as 2026-01-23 or 2026-01-23T05:12:00Z',
    },
  });
}

/** What every list understands; a room's own filters extend it. */
export class ListQuery {
  @ApiPropertyOptional({ description: 'Page number, from 1.', type: Number, example: 1 })
  @IsOptional()
  @Transform(toInteger)
  @IsInt({ message: 'must be a whole number from 1' })
  @Min(1, { message: 'must be a whole number from 1' })
  page?: number;

  @ApiPropertyOptional({
    description: `Rows per page, at most ${MAX_PAGE_SIZE}.`,
    type: Number,
    default: DEFAULT_PAGE_SIZE,
    example: DEFAULT_PAGE_SIZE,
  })
  @IsOptional()
  @Transform(toInteger)
  @IsInt({ message: `must be a whole number from 1 to ${MAX_PAGE_SIZE}` })
  @Min(1, { message: `must be a whole number from 1 to ${MAX_PAGE_SIZE}` })
  @Max(MAX_PAGE_SIZE, { message: `must be a whole number from 1 to ${MAX_PAGE_SIZE}` })
  page_size?: number;

  @ApiPropertyOptional({
    description: 'Field to sort by, with `-` in front for the largest or newest first.',
    default: '-created_at',
    example: '-created_at',
  })
  @IsOptional()
  @IsString()
  @MaxLength(60)
  ordering?: string;

  @ApiPropertyOptional({
    description:
      'Empty for the first keyset page, then what `next` or `previous` hold. Answers without `count`, at a cost that does not grow with the table.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;

  @ApiPropertyOptional({
    description: 'Created at this moment or later (ISO 8601; a bare date is its midnight, UTC).',
    example: '2026-01-01T00:00:00Z',
  })
  @IsOptional()
  @IsMoment()
  created_after?: string;

  @ApiPropertyOptional({
    description: 'Created before this moment (ISO 8601; a bare date is its midnight, UTC).',
    example: '2027-01-01T00:00:00Z',
  })
  @IsOptional()
  @IsMoment()
  created_before?: string;
}
