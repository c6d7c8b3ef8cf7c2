import type { Config } from '../../config/index.js';

export interface LimitRule {
  points: number;
  /** Seconds after its first point until a counter starts anew. */
  durationS: number;
  /** What happens while the counters cannot be reached: ordinary work goes on, guessing does not. */
  whenDown: 'allow' | 'refuse';
}

const MINUTE = 60;

/** Every limit by name. Callers pick the key: a user, an address, a payer's number, a payment. */
export function limitRules(limits: Config['limits']) {
  const perMinute = (points: number): LimitRule => ({
    points,
    durationS: MINUTE,
    whenDown: 'allow',
  });
  const perTenMinutes = (points: number): LimitRule => ({
    points,
    durationS: 10 * MINUTE,
    whenDown: 'allow',
  });
  const login = (points: number): LimitRule => ({
    points,
    durationS: 15 * MINUTE,
    whenDown: 'refuse',
  });
  return {
    caller: perMinute(limits.perCallerPerMinute),
    login_account: login(limits.loginPerAccount),
    login_address: login(limits.loginPerAddress),
    verify: perMinute(limits.verifyPerAddressPerMinute),
    guest: perMinute(limits.guestPerAddressPerMinute),
    receipt: perMinute(limits.guestPerAddressPerMinute),
    prompt_payer: perTenMinutes(limits.promptsPerPayerPer10Min),
    prompt_payment: perTenMinutes(limits.promptsPerPaymentPer10Min),
    webhook: perMinute(limits.webhooksPerAddressPerMinute),
  } satisfies Record<string, LimitRule>;
}

export type LimitName = keyof ReturnType<typeof limitRules>;
