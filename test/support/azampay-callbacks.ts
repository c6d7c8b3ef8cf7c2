import { generateKeyPairSync, sign } from 'node:crypto';

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const gateway = pair();
const stranger = pair();

/** What `AZAMPAY_PUBLIC_KEY` is set to, so that callbacks made here count as AzamPay's. */
export const CALLBACK_KEY = gateway.publicKey.export({ type: 'spki', format: 'pem' }).toString();

export type CallbackFields = Record<string, unknown> & { utilityref: string };

/** A success of 50000 TZS, as AzamPay would send it, unsigned. */
export function callbackFields(fields: CallbackFields): CallbackFields {
  return {
    message: 'Payment successful',
    user: 'user',
    password: 'hunter2',
    clientId: 'client',
    transactionstatus: 'success',
    operator: 'Airtel',
    reference: 'ab1edccae210452188676c24df0ffa40',
    externalreference: `ext-${fields.utilityref}`.slice(0, 100),
    amount: '50000',
    transid: `tr-${fields.utilityref}`.slice(0, 100),
    msisdn: '255653294241',
    mnoreference: 'mno-1',
    submerchantAcc: null,
    additionalProperties: null,
    ...fields,
  };
}

/** The callback's bytes: signed by AzamPay, by a `stranger`, or not at all. */
export function callback(
  fields: CallbackFields,
  signedBy: 'azampay' | 'stranger' | 'nobody' = 'azampay',
): string {
  const body = callbackFields(fields);
  if (signedBy === 'nobody') return JSON.stringify({ ...body, signature: null });
  const { privateKey } = signedBy === 'azampay' ? gateway : stranger;
  const { utilityref, externalreference, transactionstatus, operator } = body;
  const text = [utilityref, externalreference, transactionstatus, operator].join('');
  const signature = sign('sha256', Buffer.from(text), privateKey).toString('base64');
  return JSON.stringify({ ...body, signature });
}
