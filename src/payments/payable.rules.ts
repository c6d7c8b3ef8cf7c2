import { DomainError, formatMinor, type Principal } from '../common/index.js';
import type { Payable, PayableKind } from './payable.port.js';
import { moreThanOwed, notExact } from './payment.errors.js';

/** A customer pays what is theirs; staff take payments for everything of their account. */
export function mayPay(caller: Principal, payable: Payable): boolean {
  if (payable.accountId !== caller.accountId) return false;
  return caller.role !== 'customer' || payable.customerId === caller.userId;
}

/** @throws DomainError 400: nothing owed, more than is owed, or not the exact total. */
export function assertPayable(payable: Payable, amountMinor: bigint): void {
  const owed = formatMinor(payable.owedMinor, payable.currency);
  if (payable.owedMinor === 0n) {
    throw new DomainError('refused', 'nothing_owed', `Nothing is owed for ${payable.reference}`);
  }
  if (amountMinor > payable.owedMinor) throw moreThanOwed(owed, payable.currency);
  if (!payable.acceptsParts && amountMinor !== payable.totalMinor) {
    throw notExact(owed);
  }
}

export function titled(kind: PayableKind): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}
