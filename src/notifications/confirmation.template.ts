import type { PayableDescription, PayableKind } from '../payments/index.js';
import { greetingOf, type Line, type RenderedMail, renderLetter, shown } from './letter.js';

/** What a payment confirmation says. */
export interface ConfirmationFacts {
  /** Who paid; null where nobody said. */
  name: string | null;
  payable: PayableDescription;
  payment: {
    uuid: string;
    /** The gateway's; null where no gateway took part. */
    transactionRef: string | null;
    /** As shown in answers, e.g. `2304.00`. */
    amount: string;
    currency: string;
    paidAt: Date;
  };
}

interface Wording {
  noun: string;
  details: (payable: PayableDescription) => Line[];
  thanks: string;
  team: string;
}

const WORDING: Record<PayableKind, Wording> = {
  booking: {
    noun: 'Booking',
    details: (booking) => [
      ['Booking ID', booking.uuid],
      ['Property', booking.property],
      ['Location', booking.location],
      ['Check-in', booking.checkIn],
      ['Check-out', booking.checkOut],
      ['Guests', booking.guests],
    ],
    thanks: 'Thank you for booking with us!',
    team: 'Travel Booking Team',
  },
  visit: {
    noun: 'Visit',
    details: (visit) => [
      ['Visit ID', visit.uuid],
      ['Property', visit.property],
      ['Location', visit.location],
    ],
    thanks: 'Thank you for booking with us!',
    team: 'Travel Booking Team',
  },
  order: {
    noun: 'Order',
    details: (order) => [
      ['Order ID', order.uuid],
      ['Order Number', order.reference],
      ['Shop', order.property],
    ],
    thanks: 'Thank you for your order!',
    team: 'Customer Service Team',
  },
  invoice: {
    noun: 'Invoice',
    details: (invoice) => [
      ['Invoice ID', invoice.uuid],
      ['Invoice Number', invoice.reference],
      ['Property', invoice.property],
    ],
    thanks: 'Thank you for your payment!',
    team: 'Customer Service Team',
  },
};

/**
 * The confirmation of a completed payment, worded as the payments API documents it. Times are UTC.
 * Names and titles come from people: they stay on their line, and are text in the HTML part too.
 */
export function renderConfirmation({ name, payable, payment }: ConfirmationFacts): RenderedMail {
  const { noun, details, thanks, team } = WORDING[payable.kind];
  return renderLetter({
    subject: `Payment Confirmation - ${noun} #${payable.uuid.slice(0, 8)}`,
    greeting: greetingOf(name),
    opening: 'Your payment has been confirmed successfully!',
    blocks: [
      { heading: `${noun} Details:`, lines: shown(details(payable)) },
      {
        heading: 'Payment Details:',
        lines: shown([
          ['Payment ID', payment.uuid],
          ['Transaction ID', payment.transactionRef],
          ['Amount', `${payment.amount} ${payment.currency}`],
          ['Status', 'Completed'],
          ['Payment Date', payment.paidAt.toISOString().slice(0, 19).replace('T', ' ')],
        ]),
      },
    ],
    thanks,
    closing: ['Best regards,', team],
  });
}
