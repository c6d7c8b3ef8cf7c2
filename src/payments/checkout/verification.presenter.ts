import { Injectable } from '@nestjs/common';
import { DomainError, formatMinor, Money } from '../../common/index.js';
import { Users } from '../../identity/index.js';
import type { PayableDescription } from '../payable.port.js';
import { Payables } from '../payables.registry.js';
import type { PaymentRow } from '../payment.entity.js';
import { isPaid } from '../payment.state.js';
import { shownIn004 } from './surface.js';
import type { Verified } from './verification.service.js';

export interface VerificationAnswer {
  status: string;
  message: string;
  data: Record<string, unknown>;
}

/** The answers of document 004's verify, to the letter. */
@Injectable()
export class VerificationPresenter {
  constructor(
    private readonly payables: Payables,
    private readonly users: Users,
  ) {}

  /** @throws DomainError 400 with the printed body for a payment that failed. */
  async present(verified: Verified): Promise<VerificationAnswer> {
    const { payment } = verified;
    if (isPaid(payment.status)) {
      return verified.already ? alreadyVerified(payment) : this.completed(verified);
    }
    const shown = shownIn004(payment.status);
    const data = { payment_id: payment.uuid, payment_status: shown, status_detail: payment.status };
    if (shown === 'failed') {
      throw new DomainError('refused', 'payment_failed', 'Payment failed or was cancelled', {
        body: { data },
      });
    }
    return { status: 'pending', message: 'Payment is pending', data };
  }

  private async completed({ payment, attempt }: Verified): Promise<VerificationAnswer> {
    const port = this.payables.get(payment.payable_kind);
    const described = (await port.describe([payment.payable_id])).get(payment.payable_id);
    const payable = await port.find({ id: payment.payable_id });
    const customer = payment.customer_id ? await this.users.find(payment.customer_id) : null;
    return {
      status: 'success',
      message: 'Payment verified and completed successfully',
      data: {
        payment_id: payment.uuid,
        ...named(payment),
        transaction_id: payment.transaction_ref,
        amount: amountOf(payment.amount_minor, payment.currency),
        currency: payment.currency,
        payment_status: shownIn004(payment.status),
        status_detail: payment.status,
        payment_method: attempt.gateway_data['method'] ?? payment.payment_method,
        payment_date: payment.paid_at?.toISOString() ?? null,
        [`${payment.payable_kind}_status`]: described?.status ?? null,
        [`${payment.payable_kind}_details`]: details(
          described,
          payable ? amountOf(payable.totalMinor, payable.currency) : null,
        ),
        customer: {
          name: customer?.username ?? payment.payer_name ?? described?.customerName ?? null,
          email: payment.payer_email ?? described?.customerEmail ?? customer?.email ?? null,
        },
      },
    };
  }
}

function alreadyVerified(payment: PaymentRow): VerificationAnswer {
  return {
    status: 'success',
    message: 'Payment already verified',
    data: {
      payment_id: payment.uuid,
      ...named(payment),
      payment_status: shownIn004(payment.status),
      status_detail: payment.status,
      amount: formatMinor(payment.amount_minor, payment.currency),
      transaction_id: payment.transaction_ref,
    },
  };
}

/** `booking_id` for a booking, `order_id` for an order…: the uuid that the client used. */
function named(payment: PaymentRow): Record<string, string> {
  return { [`${payment.payable_kind}_id`]: payment.payable_uuid };
}

/** Document 004 prints these two as numbers. */
function amountOf(minor: bigint | string, currency: string): number {
  return Money.ofMinor(minor, currency).toNumber();
}

function details(
  described: PayableDescription | undefined,
  total: number | null,
): Record<string, unknown> {
  return {
    property: described?.property ?? null,
    location: described?.location ?? null,
    check_in: described?.checkIn ?? null,
    check_out: described?.checkOut ?? null,
    guests: described?.guests ?? null,
    total_price: total,
  };
}
