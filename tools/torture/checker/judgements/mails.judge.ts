import { type Row, text } from '../cells.js';
import type { Evidence } from '../evidence.js';
import type { EvidenceTable } from '../evidence.types.js';
import { sendsMail } from '../gateway.facts.js';
import { Judgement } from '../judgement.js';
import { isPaid } from '../tables.js';

/** Who is written to when the payer gave no address of their own. */
const ADDRESSES: Readonly<Record<string, EvidenceTable>> = {
  booking: 'bookings',
  invoice: 'invoices',
};

/**
 * Everybody whose money arrived is told, as far as they gave an address. A crash between sending and the
 * record of it repeats a mail, with the same Message-ID: doubled ones are counted, missing ones are faults.
 */
export async function confirmationMails(evidence: Evidence): Promise<Judgement> {
  const { gateway, run, tables } = evidence;
  const judgement = new Judgement('confirmation-mails', 'paid payments');
  const plans = new Map<string, Row>();
  for (const row of await tables.rows('outbox')) {
    if (row['topic'] === 'payment.completed') plans.set(text(row, 'key'), row);
  }
  const sent = await tables.by('sent_mails', 'payment_id');
  const mailing = sendsMail(run, gateway);
  let doubled = 0;
  for (const payment of await tables.rows('payments')) {
    if (!evidence.ofRun(payment) || !isPaid(payment)) continue;
    judgement.look();
    const id = text(payment, 'id');
    const plan = plans.get(id);
    if (!plan) {
      judgement.fault(`payment ${id} is paid, and no job tells of it`);
      continue;
    }
    // Still to come, or given up in front of a person: another judgement looks at that.
    if (plan['done_at'] === null) continue;
    if (!mailing || !(await hasAddress(evidence, payment))) continue;
    const copies = gateway.mails.get(text(payment, 'uuid')) ?? 0;
    if (!sent.has(id)) judgement.fault(`payment ${id} is paid and its confirmation was not sent`);
    else if (gateway.mailCount > 0 && copies === 0) {
      judgement.fault(`the confirmation of payment ${id} counts as sent and arrived nowhere`);
    }
    if (copies > 1) doubled += copies - 1;
  }
  if (doubled > 0) judgement.note(`${doubled} confirmations were sent more than once`);
  return judgement;
}

async function hasAddress({ tables }: Evidence, payment: Row): Promise<boolean> {
  if (isAddress(payment['payer_email'])) return true;
  const table = ADDRESSES[text(payment, 'payable_kind')];
  if (!table) return false;
  const payable = (await tables.finder(table))(text(payment, 'payable_id'));
  return isAddress(payable?.['customer_email']);
}

function isAddress(value: string | null | undefined): boolean {
  return typeof value === 'string' && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value.trim());
}
