export type { Letterhead } from './letterhead.types.js';
export { createPdf, type PdfOptions } from './pdf.document.js';
export { sendPdf } from './pdf.reply.js';
export type { Table, TableColumn } from './pdf.table.js';
export { PdfWriter, type Entry, type TextOptions } from './pdf.writer.js';
