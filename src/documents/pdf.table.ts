import { type Align, CONTENT, INK, type PdfCanvas } from './pdf.canvas.js';
import type { Line } from './text.layout.js';

export interface TableColumn {
  title: string;
  /** Its share of the width, relative to the other columns. */
  width: number;
  align?: Align;
}

export interface Table {
  columns: readonly TableColumn[];
  /** A text for each column. */
  rows: readonly (readonly string[])[];
  /** Label and amount, one below the other under the right end; the last one stands out. */
  totals?: readonly (readonly [label: string, value: string])[];
}

const SIZE = 9;
const PADDING = 4;
const TOTALS_WIDTH = 250;
/** The rest is for the value: fifteen digits, grouped and bold, stay on one line. */
const TOTALS_LABEL_WIDTH = 105;

interface Column extends TableColumn {
  x: number;
  points: number;
}

/** Draws a table from the cursor on, over as many pages as it takes, each with the header row. */
export function drawTable(canvas: PdfCanvas, table: Table): void {
  const columns = placed(canvas, table);
  const titles = columns.map(({ title, points }) => cell(canvas, title, points, 'bold'));
  const header = heightOf(canvas, titles);
  const drawHeader = (): void => {
    canvas.box(CONTENT.left, canvas.y, CONTENT.width, header, INK.band);
    drawCells(canvas, columns, titles, header);
  };
  const nextPage = (): void => {
    canvas.newPage();
    drawHeader();
  };
  // A header alone at the foot of a page would announce nothing.
  canvas.ensure(header + 2 * canvas.lineHeight(SIZE));
  drawHeader();
  for (const row of table.rows) {
    const cells = columns.map(({ points }, index) =>
      cell(canvas, row[index] ?? '', points, 'regular'),
    );
    drawRow(canvas, columns, cells, canvas.pageHeight - header, nextPage);
  }
  if (table.totals && table.totals.length > 0) drawTotals(canvas, table.totals);
}

/**
 * Columns by their shares of the width, but none so narrow that a word of its title or, in a column of
 * amounts, a number would be broken.
 */
function placed(canvas: PdfCanvas, { columns, rows }: Table): Column[] {
  const least = columns.map((column, index) => {
    const amounts = column.align === 'right' ? rows.map((row) => row[index] ?? '') : [];
    const words = [
      ...amounts.map((text) => canvas.widthOf(text, { size: SIZE, weight: 'regular' })),
      ...column.title
        .split(' ')
        .map((word) => canvas.widthOf(word, { size: SIZE, weight: 'bold' })),
    ];
    // A column that asks for more than half of the page gets its words broken after all.
    return Math.min(CONTENT.width / 2, Math.max(0, ...words) + 2 * PADDING + 0.5);
  });
  const points = shared(
    columns.map(({ width }) => width),
    least,
  );
  let x: number = CONTENT.left;
  return columns.map((column, index) => {
    const width = points[index] ?? 0;
    x += width;
    return { ...column, points: width, x: x - width };
  });
}

/** The width by weights; who would get too little gets its least, and the others share the rest. */
function shared(weights: readonly number[], least: readonly number[]): number[] {
  const fixed = new Set<number>();
  for (;;) {
    const taken = [...fixed].reduce((sum, index) => sum + (least[index] ?? 0), 0);
    const open = weights.reduce((sum, weight, index) => (fixed.has(index) ? sum : sum + weight), 0);
    const points = weights.map((weight, index) =>
      fixed.has(index) ? (least[index] ?? 0) : (weight / open) * (CONTENT.width - taken),
    );
    const short = points.findIndex((width, at) => !fixed.has(at) && width < (least[at] ?? 0));
    if (short < 0) {
      // Where all ask for more than there is, all give way alike.
      const sum = points.reduce((total, width) => total + width, 0);
      return points.map((width) => (width / sum) * CONTENT.width);
    }
    fixed.add(short);
  }
}

function cell(canvas: PdfCanvas, text: string, points: number, weight: 'regular' | 'bold'): Line[] {
  return canvas.lines(text, { size: SIZE, weight }, points - 2 * PADDING);
}

function heightOf(canvas: PdfCanvas, cells: readonly Line[][]): number {
  const lines = Math.max(1, ...cells.map((lines) => lines.length));
  return lines * canvas.lineHeight(SIZE) + 2 * PADDING;
}

/** A row stays on one page where it can; one that is higher than a page goes on at the next. */
function drawRow(
  canvas: PdfCanvas,
  columns: readonly Column[],
  cells: readonly Line[][],
  wholePage: number,
  nextPage: () => void,
): void {
  let rest = cells;
  const whole = heightOf(canvas, rest);
  if (canvas.left < whole && whole <= wholePage) nextPage();
  while (heightOf(canvas, rest) > canvas.left) {
    const fitting = Math.floor((canvas.left - 2 * PADDING) / canvas.lineHeight(SIZE));
    if (fitting >= 1) {
      const part = rest.map((lines) => lines.slice(0, fitting));
      drawCells(canvas, columns, part, heightOf(canvas, part));
      rest = rest.map((lines) => lines.slice(fitting));
    }
    nextPage();
  }
  drawCells(canvas, columns, rest, heightOf(canvas, rest));
}

function drawCells(
  canvas: PdfCanvas,
  columns: readonly Column[],
  cells: readonly Line[][],
  height: number,
): void {
  columns.forEach(({ x, points, align = 'left' }, index) => {
    canvas.draw(cells[index] ?? [], SIZE, {
      x: x + PADDING,
      y: canvas.y + PADDING,
      width: points - 2 * PADDING,
      align,
      color: INK.text,
    });
  });
  canvas.y += height;
  canvas.rule(CONTENT.left, canvas.y, CONTENT.width);
}

function drawTotals(canvas: PdfCanvas, totals: NonNullable<Table['totals']>): void {
  const labelWidth = TOTALS_LABEL_WIDTH - PADDING;
  const valueWidth = TOTALS_WIDTH - TOTALS_LABEL_WIDTH - PADDING;
  const rows = totals.map(([label, value], index) => {
    const weight = index === totals.length - 1 ? 'bold' : 'regular';
    return [
      cell(canvas, label, labelWidth, weight),
      cell(canvas, value, valueWidth, weight),
    ] as const;
  });
  canvas.y += PADDING;
  // A sum is read with its parts: the block moves to the next page as one.
  canvas.ensure(rows.reduce((sum, row) => sum + heightOf(canvas, row), 0));
  const x = CONTENT.left + CONTENT.width - TOTALS_WIDTH;
  rows.forEach(([label, value], index) => {
    if (index === rows.length - 1) canvas.rule(x, canvas.y, TOTALS_WIDTH, INK.text);
    const y = canvas.y + PADDING;
    canvas.draw(label, SIZE, {
      x: x + PADDING,
      y,
      width: labelWidth,
      align: 'left',
      color: INK.text,
    });
    const right = x + TOTALS_LABEL_WIDTH;
    canvas.draw(value, SIZE, { x: right, y, width: valueWidth, align: 'right', color: INK.text });
    canvas.y += heightOf(canvas, [label, value]);
  });
}
