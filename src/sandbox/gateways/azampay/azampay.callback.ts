import type { CallbackBody, Credentials, OutcomeWord, Payment } from './azampay.types.js';

/** How a notification is signed: by the documented rule, by a foreign key, or not at all. */
export type Signer = ((text: string) => string) | null;

/** Fields that the older notifications lack. */
const LATER_FIELDS = [
  'externalreference',
  'transid',
  'mnoreference',
  'user',
  'password',
  'signature',
] as const;

/** What is signed: four fields, no separators. Amount and number are not among them. */
export function signedText(
  body: Pick<CallbackBody, 'utilityref' | 'externalreference' | 'transactionstatus' | 'operator'>,
): string {
  return body.utilityref + body.externalreference + body.transactionstatus + body.operator;
}

export function callbackBody(
  payment: Payment,
  msisdn: string,
  outcome: { word: OutcomeWord; message: string },
  credentials: Credentials,
  signer: Signer,
): CallbackBody {
  const { checkout } = payment;
  const fields = {
    message: outcome.message,
    user: credentials.callbackUser,
    password: credentials.callbackPassword,
    clientId: credentials.clientId,
    transactionstatus: outcome.word,
    operator: checkout.provider,
    reference: payment.transactionId,
    externalreference: payment.externalReference,
    utilityref: checkout.externalId,
    amount: String(amountTold(payment)),
    transid: payment.transId,
    msisdn,
    mnoreference: payment.mnoReference,
    submerchantAcc: null,
    additionalProperties: checkout.additionalProperties,
  };
  return { ...fields, signature: signer ? signer(signedText(fields)) : null };
}

/** The field set of notifications before 2025. */
export function shortened(body: CallbackBody): Partial<CallbackBody> {
  return Object.fromEntries(
    Object.entries(body).filter(([name]) => !LATER_FIELDS.some((later) => later === name)),
  );
}

/** Whole shillings; half of what was asked where the amount is to be wrong. */
export function amountTold({ checkout, wrongAmount }: Payment, wrong = wrongAmount): number {
  if (!wrong) return checkout.amount;
  return checkout.amount > 1 ? Math.floor(checkout.amount / 2) : checkout.amount + 1;
}
