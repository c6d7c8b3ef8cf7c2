import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsObject, IsOptional } from 'class-validator';
import { CURRENCIES, invalidField } from '../../common/index.js';
import { PROVIDER_IDS, type ProviderCode } from '../../providers/index.js';
import { LINE_KINDS, LINE_STATES } from '../reconciliation.types.js';
import {
  DATE_FORMATS,
  DELIMITERS,
  STATEMENT_COLUMNS,
  type StatementMapping,
} from './statement.mapping.js';

export const PROVIDER_CODES = (Object.keys(PROVIDER_IDS) as ProviderCode[]).filter(
  (code) => code !== 'cash' && code !== 'cash_on_delivery',
);
const MAX_WORDS = 40;
const MAX_WORD = 80;

export const MAPPING_EXAMPLE = {
  columns: { gateway_id: ['Transaction ID'], reference: ['Our ref'], fee: ['Fee'] },
  delimiter: ';',
  decimal: ',',
  date_format: 'dmy',
  utc_offset: '+03:00',
  currency: 'TZS',
  amount_is_net: false,
  statuses: { paid: ['Imekamilika'] },
  kinds: { settlement: ['Malipo kwa benki'] },
};

const WORDS = `columns: ${STATEMENT_COLUMNS.join(', ')}; statuses: ${LINE_STATES.join(', ')}; kinds: ${LINE_KINDS.join(', ')}. What is not named stays as it is built in.`;

export class SetMappingDto {
  @ApiProperty({ enum: PROVIDER_CODES, example: 'azampay' })
  @IsIn(PROVIDER_CODES, { message: `must be one of ${PROVIDER_CODES.join(', ')}` })
  provider!: ProviderCode;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    example: MAPPING_EXAMPLE,
    description: `${WORDS} Empty: the built-in one again.`,
  })
  @IsOptional()
  @IsObject()
  mapping?: Record<string, unknown>;
}

export class MappingDto {
  @ApiProperty({ enum: PROVIDER_CODES, example: 'azampay' })
  provider!: string;

  @ApiProperty({ example: true, description: 'False: the account has set something of its own' })
  built_in!: boolean;

  @ApiProperty({ type: 'object', additionalProperties: true, example: MAPPING_EXAMPLE })
  mapping!: Record<string, unknown>;
}

export function presentMapping(
  provider: string,
  mapping: StatementMapping,
  builtIn: boolean,
): MappingDto {
  return {
    provider,
    built_in: builtIn,
    mapping: {
      columns: mapping.columns,
      delimiter: mapping.delimiter,
      decimal: mapping.decimal,
      date_format: mapping.dateFormat,
      utc_offset: mapping.utcOffset,
      currency: mapping.currency,
      amount_is_net: mapping.amountIsNet,
      statuses: mapping.statuses,
      kinds: mapping.kinds,
    },
  };
}

/** @throws DomainError 400 that names the part of the mapping that is wrong. */
export function readMapping(value: Record<string, unknown>): Partial<StatementMapping> {
  const mapping: Partial<StatementMapping> = {};
  for (const [name, given] of Object.entries(value)) {
    const field = `mapping.${name}`;
    switch (name) {
      case 'columns':
        mapping.columns = readWords(field, given, STATEMENT_COLUMNS);
        break;
      case 'statuses':
        mapping.statuses = readWords(field, given, LINE_STATES);
        break;
      case 'kinds':
        mapping.kinds = readWords(field, given, LINE_KINDS);
        break;
      case 'delimiter':
        mapping.delimiter = oneOf(field, given, DELIMITERS);
        break;
      case 'decimal':
        mapping.decimal = oneOf(field, given, ['.', ','] as const);
        break;
      case 'date_format':
        mapping.dateFormat = oneOf(field, given, DATE_FORMATS);
        break;
      case 'utc_offset':
        if (typeof given !== 'string' || !/^[+-](?:0\d|1[0-4]):[0-5]\d$/.test(given)) {
          throw invalidField(field, 'must be such as +03:00');
        }
        mapping.utcOffset = given;
        break;
      case 'currency':
        mapping.currency = given === null ? null : oneOf(field, given, [...CURRENCIES.keys()]);
        break;
      case 'amount_is_net':
        if (typeof given !== 'boolean') throw invalidField(field, 'must be true or false');
        mapping.amountIsNet = given;
        break;
      default:
        throw invalidField(field, 'is not part of a mapping');
    }
  }
  return mapping;
}

/** The text of a form field. @throws DomainError 400 that names `mapping`. */
export function readMappingText(text: string): Partial<StatementMapping> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidField('mapping', 'must be a JSON object');
  }
  if (!isPlain(value)) throw invalidField('mapping', 'must be a JSON object');
  return readMapping(value);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function oneOf<T extends string>(field: string, given: unknown, values: readonly T[]): T {
  const found = values.find((value) => value === given);
  if (found === undefined) throw invalidField(field, `must be one of ${JSON.stringify(values)}`);
  return found;
}

function readWords<Name extends string>(
  field: string,
  given: unknown,
  names: readonly Name[],
): Partial<Record<Name, string[]>> {
  if (!isPlain(given)) throw invalidField(field, 'must be an object');
  const words: Partial<Record<Name, string[]>> = {};
  for (const [key, value] of Object.entries(given)) {
    const name = oneOf(field, key, names);
    const list: unknown[] = Array.isArray(value) ? value : [value];
    const texts = list.filter((one) => typeof one === 'string' && one.length <= MAX_WORD);
    if (texts.length !== list.length || list.length > MAX_WORDS) {
      throw invalidField(`${field}.${name}`, `must be at most ${MAX_WORDS} short texts`);
    }
    words[name] = texts as string[];
  }
  return words;
}
