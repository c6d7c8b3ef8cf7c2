/**
 * Reads one variable each, remembering every problem instead of throwing, so that a boot lists them all.
 * An unset or empty variable yields the default.
 */
export interface SettingReader {
  text(name: string, fallback: string): string;
  optional(name: string): string | null;
  /** Whole number within the limits. */
  integer(name: string, fallback: number, limits?: { min?: number; max?: number }): number;
  /** `on`/`off` (also true/false, 1/0, yes/no). */
  flag(name: string, fallback: boolean): boolean;
  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T;
  /** Absolute http(s) URL without trailing slash. */
  url(name: string, fallback: string): string;
  /** Comma-separated list. */
  list(name: string, fallback: readonly string[]): string[];
  /**
   * A secret. In development `devDefault` stands in when unset. In production (see `Config.production`) the
   * default is refused, and so is a missing one unless `required` is false, which then reads as ''.
   */
  secret(
    name: string,
    devDefault: string,
    options?: { minLength?: number; required?: boolean },
  ): string;
  /** Says that this variable's value looks live (a live key, a gateway's live host): that makes it production. */
  live(name: string): void;
  /** Reports a problem in the words "NAME: what is wrong; the fix". */
  problem(name: string, message: string): void;
}

/** What a section may look at while it reads its own variables. */
export interface SectionContext {
  /** Base URL of the sandbox, null when it is off. */
  sandboxUrl: string | null;
  /** No trailing slash. */
  publicUrl: string;
  production: boolean;
}

/** A gateway's (or another plug-in's) settings, declared beside its code and read with all others. */
export interface SettingsSection<T> {
  /** Distinct name, e.g. `azampay`. */
  readonly key: string;
  /** All variables it reads; an unknown variable with the same prefix is reported at boot. */
  readonly variables: readonly string[];
  read(env: SettingReader, context: SectionContext): T;
}
