/** What became of a verified event, and what it was matched to. */
export interface AppliedEvent {
  disposition: 'applied' | 'no_change' | 'parked';
  reason: string | null;
  transactionId: number | null;
  paymentId: number | null;
  accountId: number | null;
}
