import { PNG } from '../../test/support/forms.js';
import { linksOf, readPdf } from '../../test/support/pdf.js';
import { createPdf } from './pdf.document.js';
import type { PdfWriter } from './pdf.writer.js';

const AT = new Date('2026-01-23T05:12:00Z');
const drawn = (write: (pdf: PdfWriter) => void | Promise<void>): Promise<Buffer> =>
  createPdf({ title: 'Receipt', createdAt: AT, footer: 'Coral Beach Hotel' }, write);

const COLUMNS = [
  { title: 'Description', width: 6 },
  { title: 'Total', width: 2, align: 'right' },
] as const;
const rows = (count: number): string[][] =>
  Array.from({ length: count }, (_, n) => [`Night ${n + 1}.`, '12,500.00']);

describe('a document', () => {
  it('is a PDF with its title, on A4, with numbered pages', async () => {
    const bytes = await drawn((pdf) => pdf.heading('Receipt'));
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(bytes.toString('latin1')).toContain('/MediaBox [0 0 595.28 841.89]');
    expect(bytes.toString('latin1')).toContain('\n(Receipt)\n');
    const pages = readPdf(bytes);
    expect(pages.map(({ lines }) => lines)).toEqual([['Receipt', 'Coral Beach Hotel Page 1 of 1']]);
  });

  it('is the same bytes for the same content at the same time', async () => {
    const write = (pdf: PdfWriter): void => {
      pdf.heading('አዲስ አበባ');
      pdf.qr('https://example.test/receipts/1', 'Scan it');
      pdf.table({ columns: COLUMNS, rows: rows(50) });
    };
    const first = await drawn(write);
    expect((await drawn(write)).equals(first)).toBe(true);
    const later = await createPdf({ title: 'Receipt', createdAt: new Date(0) }, write);
    expect(later.equals(first)).toBe(false);
  });

  it('holds names in any of its scripts', async () => {
    const names = ['Łukasz Żółć', 'Ελένη', 'Дмитрий', 'Nguyễn Thị', 'አበበ ቢቂላ', 'Müller & Söhne'];
    const [page] = readPdf(await drawn((pdf) => names.forEach((name) => pdf.text(name))));
    expect(page?.lines.slice(0, names.length)).toEqual(names.map((name) => name.normalize('NFC')));
    const mixed = readPdf(await drawn((pdf) => pdf.text('Paid by አበበ for Łukasz', { bold: true })));
    expect(mixed[0]?.lines[0]).toBe('Paid by አበበ for Łukasz');
  });

  it('writes right to left as it is read', async () => {
    const [page] = readPdf(await drawn((pdf) => pdf.text('אבג 1,500 (דהו)')));
    expect(page?.lines[0]?.replaceAll(' ', '')).toBe('(והד)1,500גבא');
  });

  it('ends when its writer fails', async () => {
    const failing = drawn(() => Promise.reject(new Error('no data')));
    await expect(failing).rejects.toThrow('no data');
  });

  it('shows a logo above all', async () => {
    const bytes = await drawn((pdf) =>
      pdf.letterhead({ name: 'Coral Beach Hotel', lines: ['Plot 7', 'TIN 123'], logo: PNG }),
    );
    expect(bytes.toString('latin1')).toContain('/Subtype /Image');
    expect(readPdf(bytes)[0]?.lines.slice(0, 3)).toEqual([
      'Coral Beach Hotel',
      'Plot 7',
      'TIN 123',
    ]);
  });

  it('puts blocks side by side', async () => {
    const bytes = await drawn((pdf) =>
      pdf.columns(
        ['Received from', { text: 'Asha Juma', bold: true }],
        ['Date', '23 January 2026'],
      ),
    );
    expect(readPdf(bytes)[0]?.lines.slice(0, 2)).toEqual([
      'Received from Date',
      'Asha Juma 23 January 2026',
    ]);
  });

  it('links its QR code to the same address', async () => {
    const url = 'https://example.test/receipts/1?s=abc';
    const bytes = await drawn((pdf) => pdf.qr(url, 'Scan to check'));
    expect(linksOf(bytes)).toEqual([url]);
    expect(readPdf(bytes)[0]?.text).toContain('Scan to check');
  });
});

describe('a table', () => {
  it('goes on over pages, each with the header, no row lost or twice', async () => {
    const bytes = await drawn((pdf) => pdf.table({ columns: COLUMNS, rows: rows(200) }));
    const pages = readPdf(bytes);
    expect(pages.length).toBeGreaterThan(4);
    pages.forEach(({ lines }, index) => {
      expect(lines[0]).toBe('Description Total');
      expect(lines.at(-1)).toBe(`Coral Beach Hotel Page ${index + 1} of ${pages.length}`);
    });
    const all = pages.flatMap(({ lines }) => lines.filter((line) => line.startsWith('Night ')));
    expect(all).toEqual(rows(200).map((row) => row.join(' ')));
  });

  it('wraps cells, and keeps a row on one page where it fits', async () => {
    const long = `${'a room with a view of the sea '.repeat(8)}end`;
    const list = Array.from({ length: 40 }, (_, n) => [`Row${n} ${long}`, '1']);
    const pages = readPdf(await drawn((pdf) => pdf.table({ columns: COLUMNS, rows: list })));
    expect(pages.length).toBeGreaterThan(3);
    for (const { text } of pages) {
      expect([...text.matchAll(/Row\d+/g)].length).toBe([...text.matchAll(/\bend\b/g)].length);
    }
  });

  it('splits a row that no page could hold', async () => {
    const words = Array.from({ length: 3_000 }, (_, n) => `w${n}`);
    const list = [
      ['before', '1'],
      [words.join(' '), '2'],
      ['after', '3'],
    ];
    const pages = readPdf(await drawn((pdf) => pdf.table({ columns: COLUMNS, rows: list })));
    const text = pages.map((page) => page.text).join('\n');
    expect([...text.matchAll(/\bw\d+\b/g)].map(([word]) => word)).toEqual(words);
    expect(text).toMatch(/before[^]*w0\b[^]*w2999\b[^]*after 3/);
  });

  it('keeps its totals together', async () => {
    // So many rows that, somewhere in between, the totals do not fit below them any more.
    for (let count = 22; count <= 30; count += 1) {
      const totals = [
        ['Subtotal', '1,000.00'],
        ['Tax', '180.00'],
        ['Total', '1,180.00'],
      ] as const;
      const pages = readPdf(
        await drawn((pdf) => pdf.table({ columns: COLUMNS, rows: rows(count), totals })),
      );
      const last = pages.at(-1)?.lines ?? [];
      const at = last.indexOf('Subtotal 1,000.00');
      expect(last.slice(at, at + 3)).toEqual(['Subtotal 1,000.00', 'Tax 180.00', 'Total 1,180.00']);
    }
  });

  it('breaks neither a title nor an amount in a narrow column', async () => {
    const columns = [
      { title: 'Description of what was delivered', width: 50 },
      { title: 'Quantity', width: 1, align: 'right' },
      { title: 'Amount', width: 1, align: 'right' },
    ] as const;
    const [page] = readPdf(
      await drawn((pdf) => pdf.table({ columns, rows: [['Night', '1', '999,999,999,999.00']] })),
    );
    expect(page?.lines.slice(0, 2)).toEqual([
      'Description of what was delivered Quantity Amount',
      'Night 1 999,999,999,999.00',
    ]);
  });

  it('copes with more columns than there is room for', async () => {
    const columns = Array.from({ length: 30 }, (_, n) => ({ title: `Column${n}`, width: 1 }));
    const bytes = await drawn((pdf) => pdf.table({ columns, rows: [columns.map(() => 'x')] }));
    expect(readPdf(bytes)[0]?.text).toContain('x x x');
  });

  it('without rows is its header', async () => {
    const [page] = readPdf(await drawn((pdf) => pdf.table({ columns: COLUMNS, rows: [] })));
    expect(page?.lines).toHaveLength(2);
  });
});
