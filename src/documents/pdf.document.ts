import { once } from 'node:events';
import type PdfKit from 'pdfkit';
import { onDemand } from '../common/index.js';
import { CONTENT, INK, MARGIN, PAGE, PdfCanvas } from './pdf.canvas.js';
import { PdfWriter } from './pdf.writer.js';

export interface PdfOptions {
  /** Shown by readers as the window's title. */
  title: string;
  /**
   * When it was made; now by default. With a fixed time the same content gives the same bytes, as long as
   * the library stays the same.
   */
  createdAt?: Date;
  /** Small words at the foot of every page, left of its number. */
  footer?: string;
}

const loadPdfKit = onDemand((require) => require('pdfkit') as typeof PdfKit);
const FOOTER_SIZE = 8;

/** Writes an A4 document and answers its bytes; `write` draws it from top to bottom. */
export async function createPdf(
  { title, createdAt = new Date(), footer = '' }: PdfOptions,
  write: (pdf: PdfWriter) => void | Promise<void>,
): Promise<Buffer> {
  const pdf = new (loadPdfKit())({
    size: [PAGE.width, PAGE.height],
    margin: 0,
    bufferPages: true,
    displayTitle: true,
    info: { Title: title, Creator: 'Malipo', Producer: 'Malipo', CreationDate: createdAt },
  });
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = once(pdf, 'end');
  const canvas = new PdfCanvas(pdf);
  await write(new PdfWriter(canvas));
  const { count } = pdf.bufferedPageRange();
  for (let page = 0; page < count; page += 1) {
    pdf.switchToPage(page);
    drawFooter(canvas, footer, `Page ${page + 1} of ${count}`);
  }
  pdf.end();
  await ended;
  return Buffer.concat(chunks);
}

function drawFooter(canvas: PdfCanvas, words: string, number: string): void {
  const y = PAGE.height - MARGIN;
  const style = { size: FOOTER_SIZE, weight: 'regular' } as const;
  const place = { x: CONTENT.left, y, width: CONTENT.width, color: INK.muted };
  const [first] = canvas.lines(words, style, CONTENT.width - 80);
  if (first) canvas.draw([first], FOOTER_SIZE, { ...place, align: 'left' });
  canvas.draw(canvas.lines(number, style, 80), FOOTER_SIZE, { ...place, align: 'right' });
}
