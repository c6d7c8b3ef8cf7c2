import { invalidField, type ObjectId, parseObjectId } from '../../common/index.js';
import type { ReviseManualPaymentDto, SubmitManualPaymentDto } from './manual-requests.dto.js';
import type { Revision } from './revisions.service.js';
import type { Submission } from './submissions.service.js';

/** A transfer that is dated further ahead than any time zone is a slip of the pen. */
const DAY_MS = 86_400_000;

/** @throws DomainError that names the field at fault. */
export function readSubmission(body: SubmitManualPaymentDto): Submission {
  const { reference, field } = readReference(body);
  if (reference === undefined) throw invalidField('transaction_reference', 'is required');
  return {
    invoice: idOf(body.invoice_id, 'invoice_id'),
    method: body.payment_method,
    methodId: optionalId(body.payment_method_id, 'payment_method_id'),
    reference,
    referenceField: field,
    amount: body.amount ?? null,
    valueDate: readDay(body.value_date) ?? null,
    payerName: readText(body.payer_name) ?? null,
    payerAccount: body.payer_account ?? null,
    notes: body.notes ?? '',
    confirmDuplicate: body.confirm_duplicate ?? false,
    resubmissionOf: optionalId(body.resubmission_of, 'resubmission_of'),
  };
}

/** @throws DomainError that names the field at fault. */
export function readRevision(body: ReviseManualPaymentDto): Revision {
  const { reference, field } = readReference(body);
  return {
    ...(body.amount === undefined || body.amount === null ? {} : { amount: body.amount }),
    ...(reference === undefined ? {} : { reference }),
    referenceField: field,
    ...(body.value_date === undefined ? {} : { valueDate: readDay(body.value_date) ?? null }),
    ...(body.payer_name === undefined ? {} : { payerName: readText(body.payer_name) ?? null }),
    ...(body.payer_account === undefined ? {} : { payerAccount: body.payer_account }),
    ...(typeof body.notes === 'string' ? { notes: body.notes } : {}),
    confirmDuplicate: body.confirm_duplicate ?? false,
    ...(typeof body.version === 'number' ? { version: body.version } : {}),
  };
}

/** One field in two words; both are fine as long as they agree. */
function readReference(body: {
  transaction_reference?: string | null;
  reference?: string | null;
}): {
  reference: string | undefined;
  field: string;
} {
  const { transaction_reference: long, reference: short } = body;
  if (typeof long === 'string' && typeof short === 'string' && long.trim() !== short.trim()) {
    throw invalidField('reference', 'means the same as transaction_reference: send one of them');
  }
  return typeof long === 'string' || typeof short !== 'string'
    ? { reference: long ?? undefined, field: 'transaction_reference' }
    : { reference: short, field: 'reference' };
}

function readDay(day: string | null | undefined): string | null | undefined {
  if (day && new Date(`${day}T00:00:00Z`).getTime() > Date.now() + DAY_MS) {
    throw invalidField('value_date', 'must not be in the future');
  }
  return day;
}

function readText(text: string | null | undefined): string | null | undefined {
  return typeof text === 'string' ? text.trim() || null : text;
}

function optionalId(value: number | string | null | undefined, field: string): ObjectId | null {
  return value === undefined || value === null ? null : idOf(value, field);
}

function idOf(value: number | string, field: string): ObjectId {
  const id = parseObjectId(value);
  if (!id) throw invalidField(field, 'must be an integer id or a uuid');
  return id;
}
