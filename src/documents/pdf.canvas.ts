import type PdfKit from 'pdfkit';
import { fontBytes, type FontFile } from './document.fonts.js';
import { layOut, type Line, type Style } from './text.layout.js';

/** `start` is the left, but the right for a paragraph that runs from right to left. */
export type Align = 'start' | 'left' | 'right' | 'center';

/** A4 in points (1/72 inch), and the room that is written in. */
export const PAGE = { width: 595.28, height: 841.89 } as const;
export const MARGIN = 50;
export const CONTENT = {
  left: MARGIN,
  top: MARGIN,
  width: PAGE.width - 2 * MARGIN,
  bottom: PAGE.height - MARGIN - 12,
} as const;
export const INK = { text: '#1a1a1a', muted: '#5f6368', line: '#c9ced6', band: '#eef1f5' } as const;

/** From one baseline to the next, and from the top of a line to its baseline, in font sizes. */
const LEADING = 1.4;
const ASCENT = 1.05;

/** Where and how lines of text are drawn; places are in points from the page's upper left corner. */
export interface Place {
  x: number;
  y: number;
  width: number;
  align: Align;
  color: string;
}

/** A page's surface with a cursor that only moves down, and on to the next page. */
export class PdfCanvas {
  /** Top of the next thing. */
  y: number = CONTENT.top;
  private readonly fonts = new Set<FontFile>();

  constructor(private readonly pdf: InstanceType<typeof PdfKit>) {}

  get pageHeight(): number {
    return CONTENT.bottom - CONTENT.top;
  }

  get left(): number {
    return CONTENT.bottom - this.y;
  }

  newPage(): void {
    this.pdf.addPage();
    this.y = CONTENT.top;
  }

  /** Moves on to a new page unless `height` points are left on this one. */
  ensure(height: number): void {
    if (this.left < height && this.y > CONTENT.top) this.newPage();
  }

  lines(text: string, style: Style, width: number): Line[] {
    return layOut(text, style, width, (font, size, part) => {
      this.use(font);
      return this.pdf.fontSize(size).widthOfString(part);
    });
  }

  /** Of a text on one line, in points. */
  widthOf(text: string, style: Style): number {
    return Math.max(0, ...this.lines(text, style, Infinity).map(({ width }) => width));
  }

  lineHeight(size: number): number {
    return size * LEADING;
  }

  /** Draws lines below each other; the cursor stays. */
  draw(lines: readonly Line[], size: number, { x, y, width, align, color }: Place): void {
    this.pdf.fillColor(color);
    lines.forEach((line, index) => {
      const room = width - line.width;
      const atRight = align === 'right' || (align === 'start' && line.rightToLeft);
      const start = x + (atRight ? room : align === 'center' ? room / 2 : 0);
      const baseline = y + index * this.lineHeight(size) + size * ASCENT;
      for (const fragment of line.fragments) {
        this.use(fragment.font);
        this.pdf.fontSize(size).text(fragment.text, start + fragment.x, baseline, {
          lineBreak: false,
          baseline: 'alphabetic',
        });
      }
    });
  }

  /** A horizontal line across `width` points. */
  rule(x: number, y: number, width: number, color: string = INK.line): void {
    this.pdf
      .moveTo(x, y)
      .lineTo(x + width, y)
      .lineWidth(0.7)
      .strokeColor(color)
      .stroke();
  }

  box(x: number, y: number, width: number, height: number, color: string): void {
    this.pdf.rect(x, y, width, height).fill(color);
  }

  /** Squares of equal size as one shape; `at` lists columns and rows. */
  squares(at: readonly (readonly [number, number])[], x: number, y: number, size: number): void {
    for (const [column, row] of at) this.pdf.rect(x + column * size, y + row * size, size, size);
    this.pdf.fill('#000000');
  }

  /** A PNG or JPEG, as large as fits. */
  image(bytes: Buffer, x: number, y: number, fit: [number, number]): void {
    this.pdf.image(bytes, x, y, { fit });
  }

  link(x: number, y: number, width: number, height: number, url: string): void {
    this.pdf.link(x, y, width, height, url);
  }

  private use(font: FontFile): void {
    if (!this.fonts.has(font)) {
      this.pdf.registerFont(font.name, fontBytes(font));
      this.fonts.add(font);
    }
    this.pdf.font(font.name);
  }
}
