import { DEMO_USERS } from '../../stack/index.js';
import { formBytes, PIXEL } from '../desk/form.js';
import type { AccessDesk } from './access.desk.js';
import { type AccessRow, type Maker, of, plain, row, targetOf } from './access.row.js';
import { aPaidPayment } from './money.objects.js';

const INVOICES = '/api/v1/payments/invoices/';
const BILLING = '/api/v1/billing/';
const EVERYBODY = '401 200 200 200 200 200 200 200';
const SEES = '401 200 404 200 200 200 200 404';
const WRITES = '401 403 403 403 403 200 200 404';
const ADMINS = '401 403 403 403 403 403 200 404';

const form = (filename: string): Buffer => formBytes([{ name: 'file', filename, content: PIXEL }]);

/** About booking 123, which is the customer's, at the owner's house. */
const invoiceBody = () => ({
  booking: 123,
  currency: 'TZS',
  lines: [{ description: 'Dinner', quantity: 1, unit_price: '2000.00' }],
});
const aDraft = (desk: AccessDesk): Promise<number> => desk.make('staff', INVOICES, invoiceBody());
async function anInvoice(desk: AccessDesk): Promise<number> {
  const id = await aDraft(desk);
  await desk.post('staff', `${INVOICES}${id}/issue/`);
  return id;
}
const theNote: Maker = async (desk, template) => {
  const id = await anInvoice(desk);
  const note = await desk.make('staff', `${INVOICES}${id}/credit-note/`, { reason: 'Spoilt' });
  return { path: template.replace('{id}', String(id)).replace('{note}', String(note)) };
};

/** An invoice, its credit notes and papers. */
const invoiceRows: readonly AccessRow[] = [
  row(`GET ${INVOICES}`, EVERYBODY),
  row(`POST ${INVOICES}`, '401 403 403 403 403 201 201 400', plain(invoiceBody), ['booking']),
  row(`GET ${INVOICES}{id}/`, SEES, of(anInvoice)),
  row(`PATCH ${INVOICES}{id}/`, WRITES, of(aDraft, { notes: 'Thank you' })),
  row(`DELETE ${INVOICES}{id}/`, '401 403 403 403 403 204 204 404', of(aDraft)),
  row(`POST ${INVOICES}{id}/issue/`, WRITES, of(aDraft)),
  row(`POST ${INVOICES}{id}/void/`, WRITES, of(anInvoice, { reason: 'Wrong company' })),
  row(
    `POST ${INVOICES}{id}/credit-note/`,
    '401 403 403 403 403 201 201 404',
    of(anInvoice, { reason: 'Did not take place' }),
  ),
  row(`GET ${INVOICES}{id}/credit-notes/`, SEES, of(anInvoice)),
  row(`GET ${INVOICES}{id}/pdf/`, SEES, of(anInvoice)),
  row(`GET ${INVOICES}{id}/credit-notes/{note}/pdf/`, SEES, theNote),
  row(`GET ${INVOICES}export/`, EVERYBODY),
  row(`GET ${INVOICES}issuer/`, '401 403 403 403 200 200 200 200'),
  row(`PATCH ${INVOICES}issuer/`, '401 403 403 403 403 403 200 200', plain({ tax_id: 'TIN 1' })),
  row(
    `PUT ${INVOICES}issuer/logo/`,
    '401 403 403 403 403 403 200 200',
    plain(() => form('logo.png')),
  ),
  row(`DELETE ${INVOICES}issuer/logo/`, '401 403 403 403 403 403 204 204'),
];

const submission = async (desk: AccessDesk) => {
  const invoice = await anInvoice(desk);
  const reference = `TRANSFER-${invoice}`;
  return { invoice_id: invoice, payment_method: 'bank_transfer', transaction_reference: reference };
};
async function aManualPayment(desk: AccessDesk): Promise<number> {
  const { payment_id: id } = await desk.post(
    'customer',
    `${BILLING}payments/manual/`,
    await submission(desk),
  );
  return Number(id);
}
async function anApprovedPayment(desk: AccessDesk): Promise<number> {
  const id = await aManualPayment(desk);
  await desk.post('admin', `${BILLING}payments/${id}/approve/`, { version: 2 });
  return id;
}
/** Proposed by somebody who is none of the callers. */
async function aReversal(desk: AccessDesk): Promise<number> {
  const { id } = await desk.database.one(
    `INSERT INTO manual_payment_reversals (payment_id, account_id, currency, amount_minor, reason, proposed_by)
     SELECT p.id, p.account_id, p.currency, p.amount_minor, 'recalled', u.id
     FROM payments p, users u WHERE p.id = $1 AND u.username = $2 RETURNING id`,
    [await anApprovedPayment(desk), DEMO_USERS.staff2],
  );
  return Number(id);
}
const theProof: Maker = async (desk, template) => {
  const id = await aManualPayment(desk);
  const proof = await desk.make(
    'customer',
    `${BILLING}payments/${id}/proofs/`,
    form('receipt.png'),
  );
  return { path: template.replace('{id}', String(id)).replace('{proof_id}', String(proof)) };
};
const method = () => ({
  method: 'bank_transfer',
  name: 'Third Bank',
  currency: 'KES',
  bank_name: 'Third Bank',
  account_name: 'Malipo',
  account_number: '001',
});
const aMethod = (desk: AccessDesk): Promise<number> =>
  desk.make('admin', `${BILLING}account-payment-methods/`, method());
const theConfig = () => Promise.resolve(1);
/** The customer's own: what an approved transfer for an invoice of theirs left. */
async function aCredit(desk: AccessDesk): Promise<number> {
  await anApprovedPayment(desk);
  return desk.first('customer', `${BILLING}credits/`);
}
const SUBMITTER = '401 200 404 403 403 403 403 404';
const REVIEWS = '401 403 403 403 403 200 200 404';

/** Methods, transfers that a second person approves, and customers' credit. */
const billingRows: readonly AccessRow[] = [
  row(`GET ${BILLING}payments/`, EVERYBODY),
  row(`POST ${BILLING}payments/manual/`, '401 201 404 403 201 201 201 404', plain(submission), [
    'invoice_id',
  ]),
  row(`GET ${BILLING}payments/{id}/`, SEES, of(aManualPayment)),
  row(`PATCH ${BILLING}payments/{id}/`, SUBMITTER, of(aManualPayment, { notes: 'corrected' })),
  row(`POST ${BILLING}payments/{id}/withdraw/`, SUBMITTER, of(aManualPayment)),
  row(`POST ${BILLING}payments/{id}/approve/`, REVIEWS, of(aManualPayment, { version: 2 })),
  row(
    `POST ${BILLING}payments/{id}/reject/`,
    REVIEWS,
    of(aManualPayment, { version: 2, reason: 'never came' }),
  ),
  row(
    `POST ${BILLING}payments/{id}/reverse/`,
    REVIEWS,
    of(anApprovedPayment, { reason: 'recalled' }),
  ),
  row(`POST ${BILLING}reversals/{id}/confirm/`, REVIEWS, of(aReversal)),
  row(`POST ${BILLING}reversals/{id}/decline/`, REVIEWS, of(aReversal)),
  row(
    `POST ${BILLING}payments/{id}/proofs/`,
    '401 201 404 403 403 201 201 404',
    of(aManualPayment, () => form('receipt.png')),
  ),
  row(`GET ${BILLING}payments/{id}/proofs/`, '401 200 404 403 403 200 200 404', of(aManualPayment)),
  row(
    `GET ${BILLING}payments/{id}/proofs/{proof_id}/`,
    '401 200 404 403 403 200 200 404',
    theProof,
  ),
  row(`GET ${BILLING}payment-methods/available/`, EVERYBODY),
  row(`GET ${BILLING}account-payment-methods/`, '401 403 403 403 403 200 200 200'),
  row(`POST ${BILLING}account-payment-methods/`, '401 403 403 403 403 403 201 201', plain(method)),
  row(`GET ${BILLING}account-payment-methods/{id}/`, REVIEWS, of(aMethod)),
  row(
    `PATCH ${BILLING}account-payment-methods/{id}/`,
    ADMINS,
    of(aMethod, { name: 'Fourth Bank' }),
  ),
  row(`POST ${BILLING}account-payment-methods/{id}/archive/`, ADMINS, of(aMethod)),
  row(`GET ${BILLING}payment-method-configs/`, '401 403 403 403 403 403 200 200'),
  row(
    `PATCH ${BILLING}payment-method-configs/{id}/`,
    ADMINS,
    of(theConfig, (desk: AccessDesk) => ({ position: desk.number })),
  ),
  row(`GET ${BILLING}credits/`, EVERYBODY),
  row(`GET ${BILLING}credits/{id}/entries/`, '401 200 404 404 200 200 200 404', of(aCredit)),
];

const RECEIPT = '/api/v1/payments/payments/{id}/receipt/';
/** Without its signature it is nobody's, not even the payer's. */
const publicReceipt: Maker = async (desk, template) => {
  const payment = await aPaidPayment(desk);
  const { body } = await desk.get('customer', RECEIPT.replace('{id}', String(payment)));
  return targetOf(template.replace('{uuid}', (body as { uuid: string }).uuid), undefined);
};

const receiptRows: readonly AccessRow[] = [
  row(`GET ${RECEIPT}`, SEES, of(aPaidPayment)),
  row(`GET ${RECEIPT}pdf/`, SEES, of(aPaidPayment)),
  row('GET /receipts/{uuid}/', '404 404 404 404 404 404 404 404', publicReceipt),
];

/** Invoices, billing, receipts. */
export const paperRows: readonly AccessRow[] = [...invoiceRows, ...billingRows, ...receiptRows];
