import type { Api } from '../support/api.js';
import { Desk } from './desk.js';
import { MOBILE } from './visit.js';

const PAYMENTS = '/api/v1/payments/payments/';

describe('the sandbox’s pages', () => {
  let desk: Desk;
  let sandbox: string;
  let customer: Api;

  beforeAll(async () => {
    desk = await Desk.open();
    sandbox = desk.app.sandbox.url;
    customer = await desk.app.api.login('customer');
  });
  afterEach(() => desk.app.sandbox.reset());
  afterAll(() => desk?.close());

  const faults = async (): Promise<unknown> =>
    (await fetch(`${sandbox}/api/faults/azampay`)).json();
  const initiate = async () => {
    const { body } = await customer.post(PAYMENTS, {
      booking: 123,
      amount: '50000.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    return customer.post(`${PAYMENTS}${String(body.id)}/initiate-gateway/`);
  };

  it.each(['/', '/phone', '/checkout', '/inbox', '/faults', '/requests'])(
    'show %s without a complaint, on a desk and on a phone',
    async (path) => {
      for (const device of [{}, MOBILE]) {
        await desk.visit(async (visit) => {
          const page = await visit.tab();
          await page.goto(sandbox + path);
          await page.locator('#link-state', { hasText: 'Live' }).waitFor();
          await page.locator('h1').waitFor();
          await visit.picture(device === MOBILE ? 'phone' : 'desk', { fullPage: true });
          const tooWide = 'document.documentElement.scrollWidth > window.innerWidth';
          expect(await page.evaluate<boolean>(tooWide)).toBe(false);
        }, device);
      }
    },
  );

  it('set a fault by form, which then happens, and take it back', () =>
    desk.visit(async (visit) => {
      const page = await visit.tab();
      await page.goto(`${sandbox}/faults`);
      const form = page.locator('form[action="/faults/azampay"]');
      await form.getByLabel('Start a payment').selectOption('decline');
      await form.getByLabel('For how many requests').fill('2');
      await form.getByRole('button', { name: 'Set' }).click();
      await form.locator('select.is-set').waitFor();
      expect(await faults()).toMatchObject({ initiate: 'decline', count: 2 });
      await visit.picture('set');

      expect(await initiate()).toMatchObject({ status: 400, body: { code: 'gateway_declined' } });
      await form.locator('[name=count][value="1"]').waitFor();

      await form.getByRole('button', { name: 'All well again' }).click();
      await form.locator('select.is-set').waitFor({ state: 'detached' });
      expect(await faults()).toMatchObject({ initiate: 'ok' });
    }));

  it('list a request as soon as the gateway received it, and its answer', () =>
    desk.visit(async (visit) => {
      const page = await visit.tab();
      await page.goto(`${sandbox}/requests`);
      await page.getByText('No gateway was asked anything yet.').waitFor();
      await initiate();
      const entry = page.locator('details', { hasText: '/mno/checkout' });
      await entry.locator('summary .chip', { hasText: '200' }).waitFor();
      await entry.locator('summary').click();
      expect(await entry.innerText()).toMatch(/"accountNumber": "255653294241"[^]*"success": true/);
      await visit.picture('opened', { fullPage: true });
    }));

  it('show a mail as soon as it arrives, as text', () =>
    desk.visit(async (visit) => {
      const page = await visit.tab();
      await page.goto(`${sandbox}/inbox`);
      await page.getByText('No mail yet.').waitFor();
      const mail = {
        to: 'customer@malipo.test',
        from: 'hello@malipo.test',
        subject: 'Your receipt',
        text: 'Thank you for 50,000 TZS.',
        html: '<img src="https://example.com/spy.png"><script>alert(1)</script>',
      };
      const sent = await fetch(`${sandbox}/api/mails`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(mail),
      });
      expect(sent.ok).toBe(true);
      await page.locator('summary', { hasText: mail.subject }).click();
      await page.locator('details').getByText(mail.text).waitFor();
      await page.locator('details').getByText('spy.png').waitFor();
      await visit.picture('opened');
    }));
});
