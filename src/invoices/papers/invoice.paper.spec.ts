import { readPdf } from '../../../test/support/pdf.js';
import { PNG } from '../../../test/support/forms.js';
import { priceLines } from '../invoice.amounts.js';
import type { PaperIssuer } from '../../documents/index.js';
import type { InvoiceRow } from '../invoice.types.js';
import { writeCreditNote } from './credit-note.paper.js';
import { writeInvoice } from './invoice.paper.js';

const ISSUER: PaperIssuer = {
  name: 'Coral Beach',
  legal_name: 'Coral Beach Hotels Ltd',
  address: 'Ohio Street 7\nDar es Salaam',
  tax_id: 'TIN 100-200-300',
  email: 'billing@malipo.test',
  phone: '+255222110000',
  footer: 'Bank: Demo Bank, account 0150 1234.',
  logo_file_id: null,
};

function anInvoice(
  descriptions: string[],
  over: Partial<InvoiceRow> = {},
  price = '20000.00',
): InvoiceRow {
  const currency = over.currency ?? 'TZS';
  const priced = priceLines(
    descriptions.map((description, index) => ({
      description,
      quantity: '1.5',
      unit_price: price,
      tax_rate: index % 2 === 0 ? '18' : '5',
    })),
    currency,
  );
  return {
    id: 1,
    uuid: '9b2f5a3e-7d0c-4b55-8a43-5d0e6f7a8b9c',
    account_id: 1,
    customer_id: 1,
    customer_name: 'Asha Juma',
    customer_email: 'customer@malipo.test',
    customer_phone: '255653294241',
    customer_user_email: null,
    booking_id: 123,
    booking_reference: 'HTL-000008',
    owner_id: null,
    currency,
    subtotal_minor: priced.subtotalMinor.toString(),
    tax_minor: priced.taxMinor.toString(),
    total_minor: priced.totalMinor.toString(),
    paid_minor: '0',
    credited_minor: '0',
    status: 'issued',
    due_date: '2026-02-06',
    notes: 'Please quote the number.',
    number: 'INV-2026-000001',
    issuer: ISSUER,
    issued_at: new Date('2026-01-23T22:30:00Z'),
    voided_at: null,
    void_reason: null,
    version: 2,
    created_at: new Date('2026-01-23T05:12:00Z'),
    updated_at: new Date('2026-01-23T05:12:00Z'),
    lines: priced.lines,
    credit_notes: [],
    ...over,
  };
}
const textOf = async (row: InvoiceRow, logo: Buffer | null = null): Promise<string> =>
  readPdf(await writeInvoice(row, ISSUER, logo))
    .map(({ text }) => text)
    .join('\n');

describe('an invoice on paper', () => {
  it('says from whom, for whom, for what, how much and when', async () => {
    const text = await textOf(anInvoice(['Dinner', 'Boat trip']));
    for (const part of [
      'Coral Beach Hotels Ltd',
      'Dar es Salaam',
      'TIN 100-200-300',
      'Invoice INV-2026-000001',
      'Asha Juma',
      '+255653294241',
      'Date of issue: 23 January 2026',
      'Due date: 6 February 2026',
      'Booking: HTL-000008',
      '1 Dinner 1.5 20,000.00 18 30,000.00',
      '2 Boat trip 1.5 20,000.00 5 30,000.00',
      'Subtotal 60,000.00',
      'Tax 5 % 1,500.00',
      'Tax 18 % 5,400.00',
      'Total TZS 66,900.00',
      'Please quote the number.',
      'Bank: Demo Bank, account 0150 1234.',
      'Page 1 of 1',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('Amount due');
  });

  it('says what is left once something is paid or credited', async () => {
    const text = await textOf(
      anInvoice(['Dinner'], {
        status: 'partially_paid',
        paid_minor: '1000000',
        credited_minor: '500000',
        credit_notes: [
          {
            id: 1,
            uuid: '',
            number: 'CN-2026-000001',
            total_minor: '500000',
            reason: 'Cold',
            issued_at: '',
          },
        ],
      }),
    );
    for (const part of [
      'Status: Paid in part',
      'Paid 10,000.00',
      'Credited 5,000.00',
      'Amount due TZS 20,400.00',
      'Credit note CN-2026-000001: Cold',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('says of a draft and of a void one what they are', async () => {
    const draft = anInvoice(['Dinner'], { status: 'draft', number: null, issued_at: null });
    expect(await textOf(draft)).toContain('Draft invoice');
    const gone = await textOf(anInvoice(['Dinner'], { status: 'void', void_reason: 'Twice' }));
    expect(gone).toContain('Reason: Twice');
    expect(gone).toContain('Amount due TZS 0.00');
  });

  it('goes on over as many pages as it takes, no line lost, each with its columns', async () => {
    const rows = Array.from({ length: 200 }, (_, index) => `Night ${index + 1}.`);
    const pages = readPdf(await writeInvoice(anInvoice(rows), ISSUER, null));
    expect(pages.length).toBeGreaterThan(4);
    const text = pages.map((page) => page.text).join('\n');
    for (const [index, row] of rows.entries()) expect(text).toContain(`${index + 1} ${row} 1.5`);
    pages.forEach((page, index) => {
      expect(page.text).toContain('# Description Quantity Unit price Tax % Net TZS');
      expect(page.text).toContain(`Page ${index + 1} of ${pages.length}`);
    });
    expect(pages.at(-1)?.text).toContain('Total TZS');
  });

  it('holds names in the scripts of its guests', async () => {
    const text = await textOf(
      anInvoice(['ቁርስ በአዲስ አበባ', 'Завтрак «Коралл»', 'Śniadanie'], {
        customer_name: 'አበበ ቢቂላ',
      }),
    );
    for (const part of ['አበበ ቢቂላ', 'ቁርስ በአዲስ አበባ', 'Завтрак «Коралл»', 'Śniadanie']) {
      expect(text).toContain(part);
    }
    const arabic = await textOf(anInvoice(['فطور'], { customer_name: 'أحمد' }));
    // Joined letters are written from the right, in the forms that they take beside each other.
    const letters = (of: string): string => Array.from(of.normalize('NFKC')).toSorted().join('');
    const found = arabic.normalize('NFKC').match(/\p{Script=Arabic}+/gu) ?? [];
    expect(found.map(letters)).toEqual(expect.arrayContaining([letters('أحمد'), letters('فطور')]));
  });

  it('keeps the largest amounts on one line', async () => {
    const text = await textOf(anInvoice(['Ship'], {}, '5649717514124.00'));
    expect(text).toContain('5,649,717,514,124.00 18 8,474,576,271,186.00');
    expect(text).toContain('Total TZS 9,999,999,999,999.48');
  });

  it('shows a logo, and is the same for the same invoice', async () => {
    const row = anInvoice(['Dinner']);
    const bytes = await writeInvoice(row, ISSUER, PNG);
    expect(bytes.toString('latin1')).toContain('/Subtype /Image');
    expect((await writeInvoice(row, ISSUER, PNG)).equals(bytes)).toBe(true);
  });
});

describe('a credit note on paper', () => {
  it('says what it credits, and why', async () => {
    const { lines, customer_name, customer_email, customer_phone } = anInvoice(['Dinner']);
    const bytes = await writeCreditNote(
      {
        id: 1,
        uuid: '',
        account_id: 1,
        invoice_id: 1,
        invoice_number: 'INV-2026-000001',
        customer_name,
        customer_email,
        customer_phone,
        number: 'CN-2026-000001',
        currency: 'TZS',
        subtotal_minor: '3000000',
        tax_minor: '540000',
        total_minor: '3540000',
        reason: 'The dinner did not take place',
        issuer: ISSUER,
        issued_at: new Date('2026-01-24T05:12:00Z'),
        created_at: new Date('2026-01-24T05:12:00Z'),
        lines,
      },
      null,
    );
    const text = readPdf(bytes)[0]?.text;
    for (const part of [
      'Credit note CN-2026-000001',
      'For invoice: INV-2026-000001',
      '1 Dinner 1.5 20,000.00 18 30,000.00',
      'Credited TZS 35,400.00',
      'The dinner did not take place',
    ]) {
      expect(text).toContain(part);
    }
  });
});
