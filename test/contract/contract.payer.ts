import type { Scene } from './contract.harness.js';

/** What a payer can do with a prompt, and what with a hosted page. */
export type PayerAct = 'approve' | 'decline' | 'ignore' | 'pay' | 'fail' | 'cancel';

/** What the payer sees of an order, be it a prompt or a page. */
export interface Asked {
  provider: string;
  amount: string;
  currency: string;
  reference: string;
  status: string;
  phone?: string;
  url?: string;
}

/** All that payers are asked for at the moment. */
export async function asked({ harness, bench }: Scene): Promise<Asked[]> {
  const { sandbox } = bench();
  return harness.flow === 'redirect' ? sandbox.checkouts() : sandbox.prompts();
}

/** Waits until the payer of this order is asked. */
export async function askedFor({ harness, bench }: Scene, reference: string): Promise<Asked> {
  const { sandbox } = bench();
  return harness.flow === 'redirect' ? sandbox.checkout(reference) : sandbox.prompt(reference);
}

/** The act by which money comes. */
export function paying({ harness }: Scene): PayerAct {
  return harness.flow === 'redirect' ? 'pay' : 'approve';
}

/** The act by which it does not. */
export function refusing({ harness }: Scene): PayerAct {
  return harness.flow === 'redirect' ? 'fail' : 'decline';
}

export async function answer({ bench }: Scene, reference: string, act: PayerAct): Promise<void> {
  const { sandbox } = bench();
  if (act === 'approve' || act === 'decline' || act === 'ignore') {
    await sandbox.answer(reference, act);
  } else {
    await sandbox.endCheckout(reference, act);
  }
}
