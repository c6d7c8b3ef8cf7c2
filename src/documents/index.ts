export { DocumentsModule } from './documents.module.js';
export { ISSUER_JSON, letterheadOf, type Letterhead, type PaperIssuer } from './letterhead.js';
export { maskedName, paperAmount, paperDay, paperTime } from './paper.words.js';
export { createPdf, type PdfOptions } from './pdf.document.js';
export { sendPdf } from './pdf.reply.js';
export type { Table, TableColumn } from './pdf.table.js';
export { PdfWriter, type Entry, type TextOptions } from './pdf.writer.js';
export {
  sendVerificationPage,
  wantsPage,
  type VerificationPage,
} from './verification/verification.page.js';
export { Verification, type SignedPaper } from './verification/verification.service.js';
