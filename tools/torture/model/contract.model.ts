/** A small model of what the contract says of one booking and everything that is paid for it. Whole TZS. */
export interface ModelPayment {
  /** Which of the real payments it is. */
  id: number;
  amount: number;
  status: string;
  applied: number;
  excess: number;
  refunded: number;
  /** Refunds that were asked for and not paid back yet. */
  refunds: { id: number; amount: number; settled: boolean }[];
  /** Our reference of the newest attempt; null before the first. */
  reference: string | null;
  /** Whether that attempt is with the payer. */
  open: boolean;
  /** Whether the payer has answered it, so that its notification can be repeated. */
  answered: boolean;
}

export class ContractModel {
  readonly payments: ModelPayment[] = [];
  drawerOpen = false;
  /** The last creation, for repeats under its key. */
  last: { key: string; amount: number; text: string } | null = null;

  constructor(readonly total: number) {}

  get paid(): number {
    return this.payments.reduce((sum, { applied }) => sum + applied, 0);
  }

  get owed(): number {
    return this.total - this.paid;
  }

  /** What a new attempt may ask for: open attempts count as if they were paid. */
  get available(): number {
    const open = this.payments.filter((payment) => payment.open);
    return this.owed - open.reduce((sum, { amount }) => sum + amount, 0);
  }

  get bookingStatus(): string {
    if (this.paid === 0) return 'pending';
    return this.owed === 0 ? 'confirmed' : 'partially_paid';
  }

  add(id: number, amount: number): ModelPayment {
    const payment: ModelPayment = {
      id,
      amount,
      status: 'pending',
      applied: 0,
      excess: 0,
      refunded: 0,
      refunds: [],
      reference: null,
      open: false,
      answered: false,
    };
    this.payments.push(payment);
    return payment;
  }

  mayInitiate(payment: ModelPayment): boolean {
    const state = ['pending', 'failed', 'expired'].includes(payment.status);
    return state && !payment.open && payment.amount <= this.available;
  }

  /** Money is proven: what is still owed is applied, the rest is kept as too much. */
  complete(payment: ModelPayment): void {
    payment.applied = Math.min(payment.amount, this.owed);
    payment.excess = payment.amount - payment.applied;
    payment.status = 'completed';
    payment.open = false;
  }

  /** The attempt ends without money. */
  end(payment: ModelPayment, status: 'failed' | 'expired'): void {
    payment.status = status;
    payment.open = false;
  }

  /** What can still be asked back. */
  refundable(payment: ModelPayment): number {
    if (payment.status !== 'completed' && payment.status !== 'partially_refunded') return 0;
    const reserved = payment.refunds.filter(({ settled }) => !settled);
    return (
      payment.amount - payment.refunded - reserved.reduce((sum, { amount }) => sum + amount, 0)
    );
  }

  /** Money went back: what was too much goes first. */
  settle(payment: ModelPayment, amount: number): void {
    const ofExcess = Math.min(payment.excess, amount);
    payment.excess -= ofExcess;
    payment.applied -= amount - ofExcess;
    payment.refunded += amount;
    payment.status = payment.refunded === payment.amount ? 'refunded' : 'partially_refunded';
  }
}
