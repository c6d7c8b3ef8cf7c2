import type { PayableDescription } from '../payments/index.js';
import { type ConfirmationFacts, renderConfirmation } from './confirmation.template.js';

const BOOKING: PayableDescription = {
  kind: 'booking',
  id: 124,
  uuid: 'f367ddf9-f2ff-4de2-b929-0e0942ace93b',
  reference: 'HSE-000009',
  status: 'confirmed',
  title: 'Booking HSE-000009 at Spacious Family Home in New York',
  property: 'Spacious Family Home in New York',
  location: 'Tokyo, Japan',
  checkIn: '2026-01-15',
  checkOut: '2026-01-21',
  guests: 1,
  customerName: 'john_doe',
  customerEmail: 'customer@example.com',
  customerPhone: null,
};

const facts = (changes: Partial<ConfirmationFacts> = {}): ConfirmationFacts => ({
  name: 'John Doe',
  payable: BOOKING,
  payment: {
    uuid: '0da607cb-53ff-4538-9641-83d108716c19',
    transactionRef: 'CHAPA-TEST-FFDDCD12',
    amount: '2304.00',
    currency: 'ETB',
    paidAt: new Date('2025-11-13T21:12:56.838Z'),
  },
  ...changes,
});

/** As the payments API documents it, to the letter. */
const PRINTED = `Dear John Doe,

Your payment has been confirmed successfully!

Booking Details:
----------------
Booking ID: f367ddf9-f2ff-4de2-b929-0e0942ace93b
Property: Spacious Family Home in New York
Location: Tokyo, Japan
Check-in: 2026-01-15
Check-out: 2026-01-21
Guests: 1

Payment Details:
----------------
Payment ID: 0da607cb-53ff-4538-9641-83d108716c19
Transaction ID: CHAPA-TEST-FFDDCD12
Amount: 2304.00 ETB
Status: Completed
Payment Date: 2025-11-13 21:12:56

Thank you for booking with us!

Best regards,
Travel Booking Team`;

describe('the confirmation of a payment', () => {
  it('is the printed one to the letter', () => {
    const { subject, text } = renderConfirmation(facts());
    expect(subject).toBe('Payment Confirmation - Booking #f367ddf9');
    expect(text).toBe(PRINTED);
  });

  it('says the same in HTML', () => {
    const { html } = renderConfirmation(facts());
    const words = html
      .replace(/<head>.*<\/head>/s, '')
      .replaceAll(/<[^>]+>/g, '\n')
      .split('\n')
      .filter((line) => line !== '');
    const printed = PRINTED.split('\n')
      .filter((line) => line !== '' && !/^-+$/.test(line))
      .flatMap((line) => /^([A-Z][\w -]+:) (.+)$/.exec(line)?.slice(1) ?? [line]);
    expect(words).toEqual(printed);
  });

  it.each([
    ['order', 'Order #f367ddf9', ['Order Details:', '--------------'], 'Order Number: ORD-000003'],
    ['invoice', 'Invoice #f367ddf9', ['Invoice Details:'], 'Invoice Number: ORD-000003'],
    ['visit', 'Visit #f367ddf9', ['Visit Details:'], 'Location: Tokyo, Japan'],
  ] as const)('has details of its own for a paid %s', (kind, title, heading, line) => {
    const payable = { ...BOOKING, kind, reference: 'ORD-000003', guests: null };
    const { subject, text } = renderConfirmation(facts({ payable }));
    expect(subject).toBe(`Payment Confirmation - ${title}`);
    expect(text.split('\n')).toEqual(expect.arrayContaining([...heading, line]));
    expect(text).not.toContain('Guests');
    expect(text).not.toContain('null');
  });

  it('leaves out what there is not: a gateway’s id of cash, a name nobody gave', () => {
    const payment = { ...facts().payment, transactionRef: null };
    const { text } = renderConfirmation(facts({ payment, name: null }));
    expect(text).toMatch(/^Dear Customer,\n/);
    expect(text).not.toContain('Transaction ID');
  });

  it('lets nobody write lines or markup of their own', () => {
    const payable = { ...BOOKING, property: `A & B <img src=x onerror="a('1')">` };
    const name = 'John\r\nBcc: a@b.example\u2028Status: Refunded\u0000';
    const { subject, text, html } = renderConfirmation(facts({ payable, name }));
    expect(subject).toBe('Payment Confirmation - Booking #f367ddf9');
    expect(text).toMatch(/^Dear John Bcc: a@b.example Status: Refunded,\n\n/);
    expect(text).toContain(`Property: A & B <img src=x onerror="a('1')">\n`);
    expect(html).not.toContain('<img');
    expect(html).toContain('A &amp; B &lt;img src=x onerror=&quot;a(&#39;1&#39;)&quot;&gt;');
  });
});
