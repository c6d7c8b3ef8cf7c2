import type { PayableDescription, PayableKind } from '../payments/index.js';

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

export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}

type Line = [label: string, value: string | number | null];

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
  const letter = {
    subject: `Payment Confirmation - ${noun} #${payable.uuid.slice(0, 8)}`,
    greeting: `Dear ${(name === null ? '' : oneLine(name)) || 'Customer'},`,
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
  };
  return { subject: letter.subject, text: plain(letter), html: html(letter) };
}

interface Letter {
  subject: string;
  greeting: string;
  opening: string;
  blocks: { heading: string; lines: [label: string, value: string][] }[];
  thanks: string;
  closing: string[];
}

function plain(letter: Letter): string {
  const blocks = letter.blocks.map(({ heading, lines }) =>
    [
      heading,
      '-'.repeat(heading.length),
      ...lines.map(([label, value]) => `${label}: ${value}`),
    ].join('\n'),
  );
  return [
    letter.greeting,
    letter.opening,
    ...blocks,
    letter.thanks,
    letter.closing.join('\n'),
  ].join('\n\n');
}

function html(letter: Letter): string {
  const paragraph = (...lines: string[]): string => `<p>${lines.map(escaped).join('<br>')}</p>`;
  const blocks = letter.blocks.flatMap(({ heading, lines }) => [
    `<h2 style="font-size:16px;margin:24px 0 8px">${escaped(heading)}</h2>`,
    '<table style="border-collapse:collapse">',
    ...lines.map(
      ([label, value]) =>
        `<tr><td style="padding:2px 16px 2px 0;color:#555">${escaped(label)}:</td>` +
        `<td style="padding:2px 0">${escaped(value)}</td></tr>`,
    ),
    '</table>',
  ]);
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escaped(letter.subject)}</title></head>`,
    '<body style="font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:1.5;color:#222">',
    paragraph(letter.greeting),
    paragraph(letter.opening),
    ...blocks,
    paragraph(letter.thanks),
    paragraph(...letter.closing),
    '</body></html>',
  ].join('\n');
}

function shown(lines: Line[]): [label: string, value: string][] {
  return lines.flatMap(([label, value]): [string, string][] => {
    const text = value === null ? '' : oneLine(String(value));
    return text === '' ? [] : [[label, text]];
  });
}

/** A value cannot grow lines of its own, which would read as ours. */
function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
