import type { SettingReader } from './settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const ON = new Set(['on', 'true', '1', 'yes']);
const OFF = new Set(['off', 'false', '0', 'no']);

/** Reads variables one by one, collects every problem, and remembers which names it was asked for. */
export class EnvironmentReader implements SettingReader {
  readonly problems: string[] = [];
  /** Every name that was read, with the value in use: '' where there is none. */
  readonly values = new Map<string, string>();
  /** Names whose values look live. */
  readonly liveNames = new Set<string>();

  constructor(
    private readonly env: Environment,
    private readonly production: boolean,
  ) {}

  text(name: string, fallback: string): string {
    return this.keep(name, this.raw(name) ?? fallback);
  }

  optional(name: string): string | null {
    const value = this.raw(name);
    this.keep(name, value ?? '');
    return value;
  }

  integer(name: string, fallback: number, limits: { min?: number; max?: number } = {}): number {
    const { min = 0, max = Number.MAX_SAFE_INTEGER } = limits;
    const value = this.raw(name);
    const number = value === null ? fallback : /^-?\d{1,15}$/.test(value) ? Number(value) : NaN;
    if (!(number >= min && number <= max)) {
      const range =
        max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
      this.problem(name, `"${value}" will not do; use a whole number ${range}`);
    }
    this.keep(name, String(number));
    return number;
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.raw(name)?.toLowerCase() ?? null;
    const answer = value === null ? fallback : ON.has(value);
    if (value !== null && !answer && !OFF.has(value)) {
      this.problem(name, `"${value}" is neither on nor off; use on or off`);
    }
    this.keep(name, answer ? 'on' : 'off');
    return answer;
  }

  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const value = this.raw(name)?.toLowerCase() ?? null;
    const match = choices.find((choice) => choice.toLowerCase() === value);
    if (value !== null && match === undefined) {
      this.problem(name, `"${value}" is unknown; use one of ${choices.join(', ')}`);
    }
    this.keep(name, match ?? fallback);
    return match ?? fallback;
  }

  url(name: string, fallback: string): string {
    return (
      this.address(name, ['http:', 'https:'])?.replace(/\/+$/, '') ?? this.keep(name, fallback)
    );
  }

  /** Absolute URL of one of these schemes; null when unset or unusable. */
  address(name: string, schemes: readonly string[]): string | null {
    const value = this.optional(name);
    if (value === null) return null;
    if (URL.canParse(value) && schemes.includes(new URL(value).protocol)) return value;
    // The value stays out of the message: addresses may carry passwords.
    this.problem(name, `not an address; use ${schemes.map((s) => `${s}//…`).join(' or ')}`);
    return null;
  }

  list(name: string, fallback: readonly string[]): string[] {
    const value = this.raw(name);
    const items = value?.split(',').map((item) => item.trim()) ?? [...fallback];
    this.keep(name, items.join(','));
    return items.filter((item) => item !== '');
  }

  secret(
    name: string,
    devDefault: string,
    options: { minLength?: number; required?: boolean } = {},
  ): string {
    const { minLength = 1, required = true } = options;
    const value = this.raw(name);
    if (value !== null && value.length < minLength) {
      this.problem(name, `shorter than ${minLength} characters; use a long random value`);
    }
    if (this.production && value === null && required) {
      this.problem(name, 'missing, and production needs it; set a long random value of your own');
    }
    if (this.production && devDefault !== '' && value === devDefault) {
      this.problem(name, 'still the default that everybody knows; set a value of your own');
    }
    return this.keep(name, value ?? (this.production ? '' : devDefault));
  }

  live(name: string): void {
    this.liveNames.add(name);
  }

  problem(name: string, message: string): void {
    this.problems.push(`${name}: ${message}`);
  }

  private raw(name: string): string | null {
    return this.env[name]?.trim() || null;
  }

  private keep(name: string, value: string): string {
    this.values.set(name, value);
    return value;
  }
}
