import type QRCode from 'qrcode';
import { onDemand } from '../common/index.js';
import type { Letterhead } from './letterhead.js';
import { type Align, CONTENT, INK, type PdfCanvas, type Place } from './pdf.canvas.js';
import { drawTable, type Table } from './pdf.table.js';

export interface TextOptions {
  /** Points; 10 by default. */
  size?: number;
  bold?: boolean;
  /** Grey, for what matters less. */
  muted?: boolean;
  align?: Align;
}

/** A line of a block: plain, or with how it looks. */
export type Entry = string | (TextOptions & { text: string });

const loadQrCode = onDemand((require) => require('qrcode') as typeof QRCode);
const TEXT_SIZE = 10;
const HEADING_SIZES = { 1: 20, 2: 13, 3: 11 } as const;
const GUTTER = 24;
const LOGO: [number, number] = [150, 60];
const QR_SIZE = 100;
/** White modules around a QR code that readers need (ISO/IEC 18004). */
const QUIET_ZONE = 4;

/** What a document is written with, from top to bottom; pages break by themselves. */
export class PdfWriter {
  constructor(private readonly canvas: PdfCanvas) {}

  heading(text: string, level: 1 | 2 | 3 = 1): void {
    const size = HEADING_SIZES[level];
    const lines = this.canvas.lines(text, { size, weight: 'bold' }, CONTENT.width);
    const height = lines.length * this.canvas.lineHeight(size);
    // Never alone at the foot of a page.
    this.canvas.ensure(height + 3 * this.canvas.lineHeight(TEXT_SIZE));
    this.canvas.draw(lines, size, this.place(CONTENT.left, CONTENT.width));
    this.canvas.y += height + size * 0.25;
  }

  text(text: string, options: TextOptions = {}): void {
    const { size = TEXT_SIZE, bold = false, muted = false, align = 'start' } = options;
    const weight = bold ? 'bold' : 'regular';
    for (const line of this.canvas.lines(text, { size, weight }, CONTENT.width)) {
      this.canvas.ensure(this.canvas.lineHeight(size));
      const color = muted ? INK.muted : INK.text;
      this.canvas.draw([line], size, { ...this.place(CONTENT.left, CONTENT.width), align, color });
      this.canvas.y += this.canvas.lineHeight(size);
    }
  }

  /** Two blocks side by side, kept on one page. */
  columns(left: readonly Entry[], right: readonly Entry[]): void {
    const width = (CONTENT.width - GUTTER) / 2;
    this.beside([
      { entries: left, x: CONTENT.left, width },
      { entries: right, x: CONTENT.left + width + GUTTER, width },
    ]);
  }

  /** Who the document is from, at its top: logo or name to the left, address and numbers to the right. */
  letterhead({ name, lines, logo }: Letterhead): void {
    const top = this.canvas.y;
    const width = (CONTENT.width - GUTTER) / 2;
    if (logo) this.canvas.image(logo, CONTENT.left, top, LOGO);
    const title: Entry = { text: name, bold: true, size: logo ? TEXT_SIZE : 15 };
    const details = lines.map((text): Entry => ({ text, muted: true, size: 9, align: 'right' }));
    const right = logo ? [{ ...title, align: 'right' as const }, ...details] : details;
    this.beside([
      { entries: logo ? [] : [title], x: CONTENT.left, width },
      { entries: right, x: CONTENT.left + width + GUTTER, width },
    ]);
    if (logo) this.canvas.y = Math.max(this.canvas.y, top + LOGO[1]);
    this.space(8);
    this.rule();
    this.space(12);
  }

  table(table: Table): void {
    drawTable(this.canvas, table);
  }

  /** A QR code with words beside it; on a screen it can be clicked. */
  qr(url: string, caption: string): void {
    const { modules } = loadQrCode().create(url, { errorCorrectionLevel: 'M' });
    this.canvas.ensure(QR_SIZE);
    const { y } = this.canvas;
    const module = QR_SIZE / (modules.size + 2 * QUIET_ZONE);
    const dark: [number, number][] = [];
    modules.data.forEach((value, index) => {
      if (value) dark.push([index % modules.size, Math.floor(index / modules.size)]);
    });
    const inset = QUIET_ZONE * module;
    this.canvas.squares(dark, CONTENT.left + inset, y + inset, module);
    this.canvas.link(CONTENT.left, y, QR_SIZE, QR_SIZE, url);
    const x = CONTENT.left + QR_SIZE + 12;
    const width = CONTENT.width - QR_SIZE - 12;
    this.canvas.y += 14;
    this.beside([{ entries: [{ text: caption, size: 9, muted: true }], x, width }]);
    this.canvas.y = Math.max(this.canvas.y, y + QR_SIZE);
  }

  /** A line across the page. */
  rule(): void {
    this.canvas.rule(CONTENT.left, this.canvas.y, CONTENT.width);
  }

  /** Leaves so many points free; none at the top of a page. */
  space(points = 12): void {
    if (this.canvas.y > CONTENT.top) this.canvas.y += points;
  }

  private beside(blocks: { entries: readonly Entry[]; x: number; width: number }[]): void {
    const drawn = blocks.map(({ entries, x, width }) => {
      const parts = entries.map((entry) => this.laidOut(entry, width));
      return { parts, x, width, height: parts.reduce((sum, part) => sum + part.height, 0) };
    });
    const height = Math.max(...drawn.map((block) => block.height));
    this.canvas.ensure(height);
    for (const { parts, x, width } of drawn) {
      let { y } = this.canvas;
      for (const { lines, size, align, color, height } of parts) {
        this.canvas.draw(lines, size, { x, y, width, align, color });
        y += height;
      }
    }
    this.canvas.y += height;
  }

  private laidOut(entry: Entry, width: number) {
    const options = typeof entry === 'string' ? { text: entry } : entry;
    const { text, size = TEXT_SIZE, bold = false, muted = false, align = 'left' } = options;
    const lines = this.canvas.lines(text, { size, weight: bold ? 'bold' : 'regular' }, width);
    const height = lines.length * this.canvas.lineHeight(size);
    return { lines, size, align, height, color: muted ? INK.muted : INK.text };
  }

  private place(x: number, width: number): Place {
    return { x, y: this.canvas.y, width, align: 'start', color: INK.text };
  }
}
