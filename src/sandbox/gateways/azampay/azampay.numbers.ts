import type { Prompt, PromptAnswer } from '../../core/prompts.store.js';

export interface ForcedAnswer {
  /** Null: the prompt stays until it lapses. */
  readonly answer: PromptAnswer | null;
  readonly reason: Prompt['reason'];
  readonly effect: string;
}

/** AzamPay publishes no test numbers, so the last four digits of the payer's number decide here. */
export const FORCED_ANSWERS: Readonly<Record<string, ForcedAnswer>> = {
  '0001': { answer: 'declined', reason: 'declined', effect: 'declines by itself' },
  '0002': { answer: 'declined', reason: 'insufficient_funds', effect: 'has no money' },
  '0003': { answer: null, reason: null, effect: 'never answers' },
  '0004': { answer: 'approved', reason: null, effect: 'approves by itself' },
};

/** Undefined where a person decides. */
export function forcedAnswer(phone: string): ForcedAnswer | undefined {
  return FORCED_ANSWERS[phone.slice(-4)];
}
