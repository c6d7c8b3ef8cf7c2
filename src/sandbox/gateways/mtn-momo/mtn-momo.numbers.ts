/** What a test value brings about: a refusal of the call itself, or an end of what it made. */
export interface Forced {
  readonly effect: string;
  /** The call is answered so, and nothing is made. */
  readonly refusal?: { readonly status: 404 | 500 | 503; readonly code: string };
  /** It fails for this reason. */
  readonly reason?: string;
  /** `slowly` succeeds after 30 seconds, `never` stays pending. */
  readonly ends?: 'slowly' | 'never';
}

const fails = (reason: string): Forced => ({ effect: `fails: ${reason}`, reason });
const refuses = (status: 404 | 500 | 503, code: string): Forced => ({
  effect: `HTTP ${status} ${code}`,
  refusal: { status, code },
});

const NUMBER_PREFIX = '46733123';
/** MTN's own test payers of a requesttopay, by their last three digits. */
const PAYERS: Readonly<Record<string, Forced>> = {
  '450': fails('INTERNAL_PROCESSING_ERROR'),
  '451': fails('APPROVAL_REJECTED'),
  '452': fails('EXPIRED'),
  '453': { effect: 'pending, then paid after 30 seconds', ends: 'slowly' },
  '454': { effect: 'stays pending unless approved', ends: 'never' },
  '455': fails('PAYER_NOT_FOUND'),
  '456': fails('PAYEE_NOT_ALLOWED_TO_RECEIVE'),
  '457': refuses(500, 'NOT_ALLOWED'),
  '458': refuses(500, 'NOT_ALLOWED_TARGET_ENVIRONMENT'),
  '459': refuses(500, 'INVALID_CALLBACK_URL_HOST'),
  '460': refuses(500, 'INVALID_CURRENCY'),
  '461': refuses(500, 'INTERNAL_PROCESSING_ERROR'),
  '462': refuses(503, 'SERVICE_UNAVAILABLE'),
  '463': fails('COULD_NOT_PERFORM_TRANSACTION'),
  '464': fails('TRANSFER_TYPE_UNKNOWN'),
};

/** MTN's own test values of `referenceIdToRefund`. */
const REFUNDED: Readonly<Record<string, Forced>> = {
  '1': refuses(404, 'RESOURCE_NOT_FOUND'),
  '2': fails('INTERNAL_PROCESSING_ERROR'),
  '3': fails('APPROVAL_REJECTED'),
  '4': fails('EXPIRED'),
  '5': { effect: 'pending, then paid out', ends: 'slowly' },
  '6': { effect: 'stays pending', ends: 'never' },
  '7': refuses(500, 'NOT_ALLOWED'),
  '8': refuses(500, 'NOT_ALLOWED_TARGET_ENVIRONMENT'),
  '9': refuses(500, 'INVALID_CALLBACK_URL_HOST'),
  '10': refuses(500, 'INVALID_CURRENCY'),
  '11': refuses(500, 'INTERNAL_PROCESSING_ERROR'),
  '12': refuses(503, 'SERVICE_UNAVAILABLE'),
  '13': fails('COULD_NOT_PERFORM_TRANSACTION'),
};

/** Undefined where a person decides. */
export function forcedByPayer(phone: string): Forced | undefined {
  if (!phone.startsWith(NUMBER_PREFIX) || phone.length !== 11) return undefined;
  return PAYERS[phone.slice(-3)];
}

export function forcedByRefunded(reference: string): Forced | undefined {
  return Object.hasOwn(REFUNDED, reference) ? REFUNDED[reference] : undefined;
}

export const HINTS = Object.entries(PAYERS).map(([digits, { effect }]) => ({
  value: NUMBER_PREFIX + digits,
  effect,
}));
