import { generateKeyPairSync, sign } from 'node:crypto';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** What the product is told to trust, so that callbacks made here count as the gateway's. */
export const CALLBACK_KEY = publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** Bytes of a signed callback that says `reference` was paid. */
export function paidCallback(reference: string, amount: string): string {
  const signed = {
    utilityref: reference,
    externalreference: `ext-${reference}`,
    transactionstatus: 'success',
    operator: 'Airtel',
  };
  const signature = sign('sha256', Buffer.from(Object.values(signed).join('')), privateKey);
  return JSON.stringify({
    message: 'Payment successful',
    user: 'bench',
    password: 'bench',
    clientId: 'bench',
    ...signed,
    reference: `az-${reference}`,
    amount,
    transid: `tr-${reference}`,
    msisdn: '255653294241',
    mnoreference: `mno-${reference}`,
    submerchantAcc: null,
    additionalProperties: null,
    signature: signature.toString('base64'),
  });
}
