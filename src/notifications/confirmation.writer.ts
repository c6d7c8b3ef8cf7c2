import { Inject, Injectable } from '@nestjs/common';
import { formatMinor } from '../common/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { type PayableDescription, Payables, type PaymentRow } from '../payments/index.js';
import { renderConfirmation } from './confirmation.template.js';
import { domainOf, isAddress, type Mail } from './mail.types.js';

/** Turns a completed payment into the mail that confirms it. */
@Injectable()
export class ConfirmationWriter {
  constructor(
    private readonly payables: Payables,
    @Inject(CONFIG) private readonly config: Pick<Config, 'mailFrom'>,
  ) {}

  /** Null when nobody gave an address to write to. @throws Error when what was paid for is gone. */
  async write(payment: PaymentRow): Promise<Mail | null> {
    const kind = payment.payable_kind;
    const described = await this.payables.get(kind).describe([payment.payable_id]);
    const payable = described.get(payment.payable_id);
    if (!payable) throw new Error(`${kind} ${payment.payable_id} of payment ${payment.id} is gone`);
    if (!payment.paid_at) throw new Error(`payment ${payment.id} was never paid`);
    const to = addressOf(payment, payable);
    if (to === null) return null;
    const rendered = renderConfirmation({
      name: payment.payer_name ?? payable.customerName,
      payable,
      payment: {
        uuid: payment.uuid,
        transactionRef: payment.transaction_ref,
        amount: formatMinor(payment.amount_minor, payment.currency),
        currency: payment.currency,
        paidAt: payment.paid_at,
      },
    });
    const { mailFrom: from } = this.config;
    const messageId = `<payment-confirmation.${payment.uuid}@${domainOf(from)}>`;
    return { messageId, from, to, ...rendered };
  }
}

/** The payer's, else that of whose booking, order, invoice or visit it is. */
function addressOf(payment: PaymentRow, payable: PayableDescription): string | null {
  const given = [payment.payer_email, payable.customerEmail].map((text) => text?.trim() ?? '');
  return given.find(isAddress) ?? null;
}
