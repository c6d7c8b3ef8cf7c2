import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import { notePayment, SYSTEM } from '../common/index.js';
import { onCommit, OutboxHandlers, type OutboxRow, type OutboxVerdict } from '../database/index.js';
import { PAYMENT_COMPLETED, PaymentReader, type PaymentRow } from '../payments/index.js';
import { ConfirmationWriter } from './confirmation.writer.js';
import { MailDesk } from './mail.desk.js';

const KIND = 'payment_confirmation';
/** Twice what sending may take at most. */
const LEASE_S = 120;

/** Tells a payer that a payment arrived; a mail server that is out of reach is tried again. */
@Injectable()
export class PaymentConfirmations implements OnModuleInit {
  constructor(
    private readonly handlers: OutboxHandlers,
    private readonly payments: PaymentReader,
    private readonly writer: ConfirmationWriter,
    private readonly desk: MailDesk,
    private readonly audits: Audits,
  ) {}

  /** Where nothing is sent nobody outside is waited for, so that many rows end in one commit. */
  onModuleInit(): void {
    this.handlers.register({
      topic: PAYMENT_COMPLETED,
      onParked: (row, manager, error) => this.giveUp(row, manager, error),
      ...(this.desk.sends
        ? { kind: 'lease', leaseS: LEASE_S, handle: (row) => this.confirm(row) }
        : { kind: 'transaction', together: true, handle: (_, manager) => this.leave(manager) }),
    });
  }

  private leave(manager: EntityManager): Promise<void> {
    onCommit(manager, () => this.desk.leave(KIND));
    return Promise.resolve();
  }

  private async confirm(row: OutboxRow): Promise<OutboxVerdict> {
    const id = paymentId(row);
    notePayment(id);
    await this.desk.deliver(KIND, { paymentId: id }, async () =>
      this.writer.write(await this.read(id)),
    );
    return { done: true };
  }

  private async giveUp(row: OutboxRow, manager: EntityManager, error: string): Promise<void> {
    this.desk.gaveUp(KIND);
    const payment = await this.read(paymentId(row), manager);
    await this.audits.append(manager, [
      {
        accountId: payment.account_id,
        actor: SYSTEM,
        action: 'notification.failed',
        objectType: 'payment',
        objectId: payment.id,
        paymentId: payment.id,
        changes: { notification: KIND, error },
      },
    ]);
  }

  private async read(id: number, manager?: EntityManager): Promise<PaymentRow> {
    const payment = await this.payments.find(id, manager);
    if (!payment) throw new Error(`payment ${id} is gone`);
    return payment;
  }
}

function paymentId(row: OutboxRow): number {
  return Number(row.payload['paymentId']);
}
