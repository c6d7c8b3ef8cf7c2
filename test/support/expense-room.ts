import { type Api } from './api.js';
import { type AppOptions, startApp, type TestApp } from './app.js';

export const EXPENSES = '/api/v1/payments/expenses/';

/** An expense as the API answers it. */
export interface ExpenseAnswer extends Record<string, unknown> {
  id: number;
  amount: string;
  currency: string;
  status: string;
  version: number;
}

/** The smallest files that are what they say. */
export const PDF_BYTES = '%PDF-1.4\n%%EOF\n';

export function receiptForm(bytes: string = PDF_BYTES, filename = 'bill.pdf'): FormData {
  const form = new FormData();
  form.set('file', new Blob([bytes]), filename);
  return form;
}

/** At the hotel of `owner`, below the limit of TZS. */
export const expenseBody = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  property: 124,
  category: 'maintenance',
  amount: '45000.00',
  currency: 'TZS',
  date: '2026-01-20',
  vendor: 'Fundi Plumbing',
  notes: 'Leak in room 7',
  ...more,
});

/** Above it. */
export const LARGE = '1000000.01';

export interface ExpenseRoom {
  app: TestApp;
  owner: Api;
  staff: Api;
  staff2: Api;
  admin: Api;
  cashier: Api;
  customer: Api;
  outsider: Api;
  /** Written by staff, or by `by`; fails unless it answers 201. */
  make(more?: Record<string, unknown>, by?: Api): Promise<ExpenseAnswer>;
  read(id: number): Promise<ExpenseAnswer>;
  /** The actions in the audit trail of an expense, oldest first. */
  trail(id: number): Promise<string[]>;
  close(): Promise<void>;
}

export async function openExpenseRoom(
  env: Record<string, string> = {},
  options: AppOptions = {},
): Promise<ExpenseRoom> {
  const app = await startApp(env, options);
  const staff = await app.api.login('staff');
  return {
    app,
    staff,
    owner: await app.api.login('owner'),
    staff2: await app.api.login('staff2'),
    admin: await app.api.login('admin'),
    cashier: await app.api.login('cashier'),
    customer: await app.api.login('customer'),
    outsider: await app.api.login('outsider'),
    make: async (more = {}, by = staff) => {
      const { status, body } = await by.post<ExpenseAnswer>(EXPENSES, expenseBody(more));
      expect({ status, body }).toMatchObject({ status: 201 });
      return body;
    },
    read: async (id) => {
      const { status, body } = await staff.get<ExpenseAnswer>(`${EXPENSES}${id}/`);
      expect({ status, body }).toMatchObject({ status: 200 });
      return body;
    },
    trail: async (id) => {
      const rows: { action: string }[] = await app.database.dataSource.query(
        `SELECT action FROM audit_entries WHERE object_type = 'expense' AND object_id = $1
         ORDER BY id`,
        [id],
      );
      return rows.map(({ action }) => action);
    },
    close: () => app.close(),
  };
}
