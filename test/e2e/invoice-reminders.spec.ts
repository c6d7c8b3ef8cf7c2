import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import type { Mail } from '../support/sandbox.js';
import { waitFor } from '../support/wait.js';

const ROUTE = '/api/v1/payments/invoices/';
const DAY_MS = 86_400_000;

/** Days go by because the test moves the clock. */
describe('reminders of an invoice', () => {
  let app: TestApp;
  let staff: Api;

  beforeAll(async () => {
    app = await startApp();
    staff = await app.api.login('staff');
  });
  afterAll(() => app.close());

  const issued = async (to: string | null, dueDate?: string) => {
    const { body } = await staff.post(ROUTE, {
      customer_name: 'Zuhura Ally',
      customer_email: to,
      currency: 'TZS',
      lines: [{ description: 'Dinner', quantity: 1, unit_price: '100.00' }],
      ...(dueDate ? { due_date: dueDate } : {}),
    });
    const answer = await staff.post(`${ROUTE}${String(body['id'])}/issue/`);
    expect(answer).toMatchObject({ status: 200 });
    return answer.body as { id: number; number: string; due_date: string };
  };
  /** Noon of so many days after `day`, by the product's clock. */
  const moveTo = (day: string, days: number): Promise<void> => {
    const moment = new Date(`${day}T12:00:00Z`).getTime() + days * DAY_MS;
    return app.sandbox.moveClock(Math.round((moment - Date.now()) / 1000));
  };
  const open = async (): Promise<string[]> => {
    const rows: { key: string }[] = await app.database.dataSource.query(
      `SELECT key FROM outbox WHERE topic = 'payable.reminder' AND done_at IS NULL
       AND next_at <= app_now() ORDER BY key`,
    );
    return rows.map(({ key }) => key);
  };
  const allDone = () => waitFor('all reminders', async () => (await open()).length === 0);
  const subjects = async (to: string): Promise<string[]> =>
    (await app.sandbox.mails(to)).map(({ subject }: Mail) => subject).toReversed();

  it('go out before, on and after the due date, once each, while something is owed', async () => {
    const to = 'zuhura@example.test';
    const { id, number, due_date: due } = await issued(to);
    const voided = await issued('void@example.test', due);
    const paidLate = await issued('partly@example.test', due);
    await issued(null, due);
    await allDone();
    expect(await subjects(to)).toEqual([]);

    await moveTo(due, -3);
    await waitFor('the first reminder', async () => (await subjects(to)).length === 1);
    await allDone();
    const before = `Reminder: invoice ${number} is due on ${due}`;
    expect(await subjects(to)).toEqual([before]);
    const [mail] = await app.sandbox.mails(to);
    expect(mail?.text.split('\n')).toEqual(
      expect.arrayContaining([
        'Dear Zuhura Ally,',
        `Invoice Number: ${number}`,
        'Total: 100.00 TZS',
        'Amount Due: 100.00 TZS',
        `Due Date: ${due}`,
      ]),
    );
    expect(await subjects('void@example.test')).toHaveLength(1);

    await staff.post(`${ROUTE}${voided.id}/void/`, { reason: 'Twice' });
    await staff.post(`${ROUTE}${paidLate.id}/credit-note/`, {
      reason: 'Cold',
      lines: [{ description: 'Dinner', quantity: '0.4', unit_price: '100.00' }],
    });
    await moveTo(due, 0);
    await waitFor('the second reminder', async () => (await subjects(to)).length === 2);
    await allDone();
    expect((await staff.get(`${ROUTE}${id}/`)).body).toMatchObject({ status: 'issued' });
    expect(await subjects(to)).toEqual([before, `Invoice ${number} is due today`]);
    expect(await subjects('void@example.test')).toHaveLength(1);
    const [partly] = await app.sandbox.mails('partly@example.test');
    expect(partly?.text).toContain('Amount Due: 60.00 TZS');

    await moveTo(due, 7);
    await waitFor('the last reminder', async () => (await subjects(to)).length === 3);
    await allDone();
    expect((await staff.get(`${ROUTE}${id}/`)).body).toMatchObject({ status: 'overdue' });
    expect((await subjects(to)).at(-1)).toBe(`Overdue: invoice ${number} was due on ${due}`);

    // The work done again finds that its mails went out.
    await app.database.asOwner(
      `UPDATE outbox SET done_at = NULL, next_at = app_now() WHERE topic = 'payable.reminder'`,
    );
    await allDone();
    expect(await subjects(to)).toHaveLength(3);
    const [sent]: { count: string }[] = await app.database.dataSource.query(
      'SELECT count(*) FROM sent_mails WHERE invoice_id = $1',
      [id],
    );
    expect(sent?.count).toBe('3');
  });

  it('are no longer sent for a step that is long over', async () => {
    const today = new Date(Date.now() + 60 * DAY_MS).toISOString().slice(0, 10);
    await moveTo(today, 0);
    const to = 'asleep@example.test';
    const due = new Date(Date.now() + 80 * DAY_MS).toISOString().slice(0, 10);
    const { number } = await issued(to, due);
    await moveTo(due, 20);
    await waitFor('the reminder', async () => (await subjects(to)).length > 0);
    await allDone();
    expect(await subjects(to)).toEqual([`Overdue: invoice ${number} was due on ${due}`]);
  });
});
