/** What the payer's bank makes of a card, and later of a refund to it. */
export interface CardFate {
  readonly answer: 'paid' | 'failed' | 'authenticate';
  readonly refund: 'succeeds' | 'fails_later' | 'pends';
  /** For people. */
  readonly effect: string;
  /** What the page says of a refusal. */
  readonly refusal?: string;
}

const SUCCEEDS = { answer: 'paid', refund: 'succeeds' } as const;

/** Stripe's published test cards, as far as they concern payments and refunds here. */
export const TEST_CARDS: Readonly<Record<string, CardFate>> = {
  '4242424242424242': { ...SUCCEEDS, effect: 'pays' },
  '4000000000000002': {
    ...SUCCEEDS,
    answer: 'failed',
    effect: 'is declined',
    refusal: 'Your card has been declined.',
  },
  '4000000000009995': {
    ...SUCCEEDS,
    answer: 'failed',
    effect: 'has insufficient funds',
    refusal: 'Your card has insufficient funds. Try a different card.',
  },
  '4000002760003184': {
    ...SUCCEEDS,
    answer: 'authenticate',
    effect: 'asks for 3D Secure',
  },
  '4000000000005126': {
    ...SUCCEEDS,
    refund: 'fails_later',
    effect: 'pays; a refund succeeds, then fails',
  },
  '4000000000007726': {
    ...SUCCEEDS,
    refund: 'pends',
    effect: 'pays; a refund is pending for a while',
  },
};

export const UNAUTHENTICATED =
  'We are unable to authenticate your payment method. Please choose a different one.';

const INVALID: CardFate = {
  ...SUCCEEDS,
  answer: 'failed',
  effect: '',
  refusal: 'Your card number is invalid.',
};
const NO_TEST_CARD: CardFate = {
  ...INVALID,
  refusal: 'Your card was declined. Only test cards work here; use one of those below.',
};

/** Digits, spaces and dashes as people type them. */
export function fateOf(number: string): CardFate & { readonly digits: string } {
  const digits = number.replaceAll(/[\s-]/g, '');
  const known = Object.hasOwn(TEST_CARDS, digits) ? TEST_CARDS[digits] : undefined;
  return { ...(known ?? (passesCheck(digits) ? NO_TEST_CARD : INVALID)), digits };
}

/** The last digit of a card number makes this sum a multiple of ten. */
function passesCheck(digits: string): boolean {
  if (!/^\d{12,19}$/.test(digits)) return false;
  const sum = Array.from(digits, Number)
    .toReversed()
    .reduce((total, digit, i) => {
      const value = digit * (i % 2 === 1 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return sum % 10 === 0;
}
