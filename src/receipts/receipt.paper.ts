import {
  createPdf,
  type Entry,
  letterheadOf,
  paperAmount,
  paperDay,
  paperTime,
} from '../documents/index.js';
import type { ReceiptRow } from './receipt.types.js';

const METHODS: Record<ReceiptRow['payment_method'], string> = {
  cash: 'Cash',
  mobile_money: 'Mobile money',
  card: 'Card',
  online: 'Online',
  bank_transfer: 'Bank transfer',
  local_wallet: 'Local wallet',
  COD: 'Cash on delivery',
  stripe: 'Card, by Stripe',
  ONLINE: 'Online',
};

/** A receipt as a PDF document: of the same receipt always the same. */
export function writeReceipt(
  receipt: ReceiptRow,
  verificationUrl: string,
  logo: Buffer | null,
): Promise<Buffer> {
  const title = `Receipt ${receipt.number}`;
  const { issuer } = receipt;
  const letterhead = letterheadOf(issuer, logo);
  const options = { title, createdAt: receipt.issued_at, footer: `${letterhead.name} · ${title}` };
  return createPdf(options, (pdf) => {
    pdf.letterhead(letterhead);
    pdf.heading(title);
    pdf.columns(
      [
        { text: 'Received from', muted: true, size: 9 },
        { text: receipt.payer_name ?? 'the payer', bold: true },
      ],
      detailsOf(receipt).map((text): Entry => ({ text, align: 'right' })),
    );
    pdf.space(16);
    pdf.table({
      columns: [
        { title: 'For', width: 3 },
        { title: 'Amount', width: 1, align: 'right' },
      ],
      rows: [[describe(receipt), paperAmount(receipt.amount_minor, receipt.currency)]],
      totals: [['Received', paperAmount(receipt.amount_minor, receipt.currency)]],
    });
    pdf.space(24);
    pdf.qr(
      verificationUrl,
      `Scan the code to check that this receipt is genuine and what became of the payment since.\n${verificationUrl}`,
    );
    if (issuer.footer === '') return;
    pdf.space(16);
    pdf.text(issuer.footer, { muted: true, size: 9 });
  });
}

function describe({ description, payable_reference: reference }: ReceiptRow): string {
  return description.includes(reference) ? description : `${description}\n${reference}`;
}

function detailsOf(receipt: ReceiptRow): string[] {
  const { payment_method: method, mobile_money_provider: network, transaction_ref: ref } = receipt;
  return [
    `Paid on: ${paperTime(receipt.paid_at)}`,
    `Method: ${METHODS[method]}${network ? ` (${network})` : ''}`,
    ...(ref ? [`Transaction: ${ref}`] : []),
    `Issued on: ${paperDay(receipt.issued_at)}`,
  ];
}
