import { isLoopback } from './core/loopback.js';

/** Durations in milliseconds. */
export interface Timings {
  /**
   * How long a prompt waits. Real networks let one lapse in about a minute (unconfirmed); a person who
   * still has to find the page gets five.
   */
  promptLifetimeMs: number;
  /** Between the payer's answer and the notification. */
  callbackDelayMs: number;
  /** Between the prompt and the answer of a number that answers by itself. */
  autoAnswerDelayMs: number;
  /** The notification's delay under the fault `late`. */
  lateDelayMs: number;
  /** How long a call hangs under the faults `timeout` and `timeout_after_accept` before it is cut. */
  hangMs: number;
  /** How long a notification waits for the product's answer. */
  callbackTimeoutMs: number;
  /** How long a refund takes at gateways that accept it first and decide later. */
  refundDelayMs: number;
}

export interface SandboxSettings {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Base URL of the product. */
  malipoUrl: string;
  timings: Timings;
  /** Every change is appended to this file; null: to none. */
  journalFile: string | null;
  /** The gateways' credentials, under the product's own variable names. */
  credentials: Readonly<Record<string, string | undefined>>;
}

export type SandboxOptions = Partial<Omit<SandboxSettings, 'timings'>> & {
  timings?: Partial<Timings>;
};

export const DEFAULT_TIMINGS: Timings = {
  promptLifetimeMs: 300_000,
  callbackDelayMs: 200,
  autoAnswerDelayMs: 1_000,
  lateDelayMs: 5_000,
  hangMs: 60_000,
  callbackTimeoutMs: 10_000,
  refundDelayMs: 20_000,
};

const TIMING_VARIABLES: Readonly<Record<string, keyof Timings>> = {
  SANDBOX_PROMPT_LIFETIME_MS: 'promptLifetimeMs',
  SANDBOX_CALLBACK_DELAY_MS: 'callbackDelayMs',
  SANDBOX_AUTO_ANSWER_DELAY_MS: 'autoAnswerDelayMs',
  SANDBOX_LATE_DELAY_MS: 'lateDelayMs',
  SANDBOX_HANG_MS: 'hangMs',
  SANDBOX_CALLBACK_TIMEOUT_MS: 'callbackTimeoutMs',
  SANDBOX_REFUND_DELAY_MS: 'refundDelayMs',
};

/** @throws Error when the host is not on this machine: there is no login here. */
export function resolveOptions(options: SandboxOptions): SandboxSettings {
  const settings = {
    host: '127.0.0.1',
    port: 4010,
    malipoUrl: 'http://127.0.0.1:3000',
    credentials: {},
    journalFile: null,
    ...options,
    timings: { ...DEFAULT_TIMINGS, ...options.timings },
  };
  if (!isLoopback(settings.host)) {
    throw new Error(
      `SANDBOX_HOST: ${settings.host} can be reached from other machines, and the sandbox has no login; use 127.0.0.1`,
    );
  }
  return settings;
}

/** Reads the sandbox's own variables. @throws Error that names every bad one, with the fix. */
export function readOptions(env: Readonly<Record<string, string | undefined>>): SandboxOptions {
  const problems: string[] = [];
  const whole = (name: string, max: number): number | undefined => {
    const text = env[name]?.trim();
    if (!text) return undefined;
    if (/^\d{1,9}$/.test(text) && Number(text) <= max) return Number(text);
    problems.push(`${name}: "${text}" is not a whole number from 0 to ${max}`);
    return undefined;
  };
  const options: SandboxOptions = { credentials: env };
  const port = whole('SANDBOX_PORT', 65_535);
  if (port !== undefined) options.port = port;
  if (env['SANDBOX_HOST']) options.host = env['SANDBOX_HOST'];
  if (env['MALIPO_URL']) options.malipoUrl = env['MALIPO_URL'];
  if (env['SANDBOX_JOURNAL_FILE']) options.journalFile = env['SANDBOX_JOURNAL_FILE'];
  const timings: Partial<Timings> = {};
  for (const [name, key] of Object.entries(TIMING_VARIABLES)) {
    const ms = whole(name, 86_400_000);
    if (ms !== undefined) timings[key] = ms;
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { ...options, timings };
}
