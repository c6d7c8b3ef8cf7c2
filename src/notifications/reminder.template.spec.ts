import { renderReminder } from './reminder.template.js';

const FACTS = {
  name: 'Asha Juma',
  number: 'INV-2026-000001',
  total: '118000.00',
  due: '18000.00',
  currency: 'TZS',
  dueDate: '2026-02-06',
};

describe('a reminder', () => {
  it.each([
    ['before', 'Reminder: invoice INV-2026-000001 is due on 2026-02-06'],
    ['due', 'Invoice INV-2026-000001 is due today'],
    ['after', 'Overdue: invoice INV-2026-000001 was due on 2026-02-06'],
  ] as const)('%s the due date says so', (step, subject) => {
    expect(renderReminder({ ...FACTS, step }).subject).toBe(subject);
  });

  it('says what is owed, in text and HTML alike', () => {
    const { text, html } = renderReminder({ ...FACTS, step: 'due' });
    expect(text).toBe(
      [
        'Dear Asha Juma,',
        '',
        'This is a friendly reminder that invoice INV-2026-000001 is due today.',
        '',
        'Invoice Details:',
        '----------------',
        'Invoice Number: INV-2026-000001',
        'Total: 118000.00 TZS',
        'Amount Due: 18000.00 TZS',
        'Due Date: 2026-02-06',
        '',
        'If you have paid in the meantime, please disregard this message.',
        '',
        'Best regards,',
        'Customer Service Team',
      ].join('\n'),
    );
    expect(html).toContain('18000.00 TZS');
  });

  it('keeps names on their line, and as text', () => {
    const { text, html } = renderReminder({
      ...FACTS,
      step: 'after',
      name: 'A\r\n\r\nPay to account 1 <b>now</b>',
    });
    expect(text.split('\n')[0]).toBe('Dear A Pay to account 1 <b>now</b>,');
    expect(html).toContain('&lt;b&gt;now&lt;/b&gt;');
    expect(renderReminder({ ...FACTS, step: 'due', name: null }).text).toMatch(/^Dear Customer,/);
  });
});
