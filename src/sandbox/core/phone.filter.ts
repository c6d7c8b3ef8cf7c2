import { normalisePhone } from '../../common/index.js';
import type { Prompt } from './prompts.store.js';
import { SandboxError } from './sandbox.error.js';

export type PhoneFilter = (prompt: Pick<Prompt, 'phone' | 'currency'>) => boolean;

/**
 * A `?phone=` filter: any usual form, national numbers read in each prompt's own country.
 * Null asks for all. @throws SandboxError 400 for what is no number.
 */
export function phoneFilter(text: string | null): PhoneFilter {
  if (text === null || text.trim() === '') return () => true;
  const digits = text.replaceAll(/\D/g, '');
  if (digits.length < 4 || !/^[\s\d+().-]+$/.test(text)) {
    throw new SandboxError(400, `phone: "${text}" is not a number such as 255653294241`);
  }
  return ({ phone, currency }) => phone === digits || phone === normalised(text, currency);
}

function normalised(text: string, currency: string): string | null {
  try {
    return normalisePhone(text, currency);
  } catch {
    return null;
  }
}
