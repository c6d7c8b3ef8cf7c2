import { invalidField, type ObjectId, parseObjectId } from '../common/index.js';
import type { PayableKind } from './payable.port.js';

const NAMED = ['booking', 'invoice', 'order'] as const;

/** What a body names to be paid: one of these, by id or uuid, as its DTO has checked. */
export type NamesPayable = Partial<Record<(typeof NAMED)[number], number | string | null>>;

/** @throws DomainError 400 unless exactly one thing to pay is named. */
export function payableNamedBy(body: NamesPayable): { kind: PayableKind; id: ObjectId } {
  const [named, more] = NAMED.filter((kind) => body[kind] !== undefined && body[kind] !== null);
  if (!named) throw invalidField('booking', 'is required, or invoice, or order');
  if (more) throw invalidField(more, `cannot be paid together with ${named}`);
  const id = parseObjectId(body[named] ?? '');
  if (!id) throw invalidField(named, 'must be an id or a uuid');
  return { kind: named, id };
}
