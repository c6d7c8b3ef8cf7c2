import { formatMinor, invalidField, Money } from '../../common/index.js';
import { unknownPlaces } from './method.instructions.js';
import type { CreateAccountMethodDto } from './method-requests.dto.js';
import type { AccountMethodRow } from './method.types.js';

/** What may change in the life of a method; columns of `account_payment_methods`. */
export const METHOD_SETTINGS = [
  'name',
  'min_minor',
  'max_minor',
  'bank_name',
  'account_name',
  'account_number',
  'bank_details',
  'reference_template',
  'settlement_time',
  'support_contact',
  'instructions',
  'is_default',
] as const satisfies (keyof AccountMethodRow)[];
export type MethodSettings = Pick<AccountMethodRow, (typeof METHOD_SETTINGS)[number]>;

export const INITIAL_SETTINGS: MethodSettings = {
  name: '',
  min_minor: null,
  max_minor: null,
  bank_name: '',
  account_name: '',
  account_number: '',
  bank_details: '',
  reference_template: 'Invoice {number}',
  settlement_time: '',
  support_contact: '',
  instructions: {
    en: 'Pay to {account_number} ({account_name}, {bank_name}) and write "{reference}" on it.',
  },
  is_default: false,
};

const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;
const MAX_LANGUAGES = 20;
const MAX_TEXT = 2000;

type Input = Partial<Omit<CreateAccountMethodDto, 'method' | 'currency' | 'country'>>;

/**
 * The settings with what a caller sent; what they left out stays.
 * @throws DomainError that names the field at fault.
 */
export function withInput(before: MethodSettings, currency: string, input: Input): MethodSettings {
  const after: MethodSettings = {
    ...before,
    ...texts(input),
    ...(input.min_amount === undefined
      ? {}
      : { min_minor: minorOf(input.min_amount, currency, 'min_amount') }),
    ...(input.max_amount === undefined
      ? {}
      : { max_minor: minorOf(input.max_amount, currency, 'max_amount') }),
    ...(input.instructions ? { instructions: readInstructions(input.instructions) } : {}),
    ...(typeof input.is_default === 'boolean' ? { is_default: input.is_default } : {}),
  };
  if (after.min_minor && after.max_minor && BigInt(after.min_minor) > BigInt(after.max_minor)) {
    const least = formatMinor(after.min_minor, currency);
    throw invalidField('max_amount', `must be at least min_amount, ${least}`);
  }
  refusePlaces('reference_template', after.reference_template, ['number']);
  return after;
}

type TextSetting = Exclude<
  (typeof METHOD_SETTINGS)[number],
  'min_minor' | 'max_minor' | 'instructions' | 'is_default'
>;
const TEXTS = METHOD_SETTINGS.filter(
  (name): name is TextSetting =>
    !['min_minor', 'max_minor', 'instructions', 'is_default'].includes(name),
);

function texts(input: Input): Partial<MethodSettings> {
  return Object.fromEntries(
    TEXTS.map((name) => [name, input[name]] as const)
      .filter(([, value]) => typeof value === 'string')
      .map(([name, value]) => [name, value?.trim()]),
  );
}

function minorOf(amount: string | number | null, currency: string, field: string): string | null {
  return amount === null ? null : Money.parse(amount, currency, field).minor.toString();
}

function readInstructions(sent: Record<string, unknown>): Record<string, string> {
  const entries = Object.entries(sent);
  if (entries.length === 0 || entries.length > MAX_LANGUAGES) {
    throw invalidField('instructions', `must hold 1 to ${MAX_LANGUAGES} languages`);
  }
  return Object.fromEntries(
    entries.map(([tag, text]) => {
      if (!LANGUAGE.test(tag)) {
        throw invalidField('instructions', `${tag.slice(0, 40)} is not a language tag such as sw`);
      }
      if (typeof text !== 'string' || !/\S/.test(text) || text.length > MAX_TEXT) {
        throw invalidField('instructions', `${tag} must be a text of 1 to ${MAX_TEXT} characters`);
      }
      refusePlaces('instructions', text);
      return [tag, text];
    }),
  );
}

function refusePlaces(field: string, text: string, known?: readonly string[]): void {
  const [stray] = unknownPlaces(text, known);
  if (stray !== undefined) throw invalidField(field, `nothing is known as {${stray.slice(0, 40)}}`);
}

/** `{setting: [before, after]}` of what changed; an account number shows its end alone. */
export function differences(
  before: MethodSettings,
  after: MethodSettings,
): Record<string, [unknown, unknown]> {
  const shown = (name: keyof MethodSettings, value: unknown): unknown =>
    name === 'account_number' ? `…${String(value).slice(-4)}` : value;
  return Object.fromEntries(
    METHOD_SETTINGS.filter(
      (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
    ).map((name) => [name, [shown(name, before[name]), shown(name, after[name])]]),
  );
}
