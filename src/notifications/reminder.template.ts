import type { ReminderStep } from '../payments/index.js';
import { greetingOf, type RenderedMail, renderLetter, shown } from './letter.js';

/** What a reminder of an invoice says. */
export interface ReminderFacts {
  name: string | null;
  step: ReminderStep;
  /** E.g. `INV-2026-000001`. */
  number: string;
  /** As shown in answers, e.g. `2304.00`. */
  total: string;
  due: string;
  currency: string;
  /** `yyyy-mm-dd`. */
  dueDate: string;
}

const WORDING: Record<ReminderStep, (facts: ReminderFacts) => [subject: string, opening: string]> =
  {
    before: ({ number, dueDate }) => [
      `Reminder: invoice ${number} is due on ${dueDate}`,
      `This is a friendly reminder that invoice ${number} is due on ${dueDate}.`,
    ],
    due: ({ number }) => [
      `Invoice ${number} is due today`,
      `This is a friendly reminder that invoice ${number} is due today.`,
    ],
    after: ({ number, dueDate }) => [
      `Overdue: invoice ${number} was due on ${dueDate}`,
      `Invoice ${number} was due on ${dueDate}, and part or all of it has not reached us yet.`,
    ],
  };

export function renderReminder(facts: ReminderFacts): RenderedMail {
  const [subject, opening] = WORDING[facts.step](facts);
  return renderLetter({
    subject,
    greeting: greetingOf(facts.name),
    opening,
    blocks: [
      {
        heading: 'Invoice Details:',
        lines: shown([
          ['Invoice Number', facts.number],
          ['Total', `${facts.total} ${facts.currency}`],
          ['Amount Due', `${facts.due} ${facts.currency}`],
          ['Due Date', facts.dueDate],
        ]),
      },
    ],
    thanks: 'If you have paid in the meantime, please disregard this message.',
    closing: ['Best regards,', 'Customer Service Team'],
  });
}
