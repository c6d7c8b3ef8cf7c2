import type { Page } from 'playwright-core';

/** Stripe's hosted page, as the sandbox stands in for it. */
export class StripePage {
  private constructor(readonly page: Page) {}

  static async open(page: Page, url: string): Promise<StripePage> {
    await page.goto(url);
    await page.getByRole('heading', { name: 'Pay with card' }).waitFor();
    return new StripePage(page);
  }

  text(): Promise<string> {
    return this.page.locator('body').innerText();
  }

  async payWith(card: string): Promise<void> {
    await this.page.getByLabel('Card number').fill(card);
    await this.page.getByRole('button', { name: 'Pay', exact: true }).click();
  }

  async refused(): Promise<string> {
    return this.page.getByRole('alert').innerText();
  }

  async authenticate(answer: 'Complete' | 'Fail'): Promise<void> {
    await this.page.getByRole('button', { name: `${answer} authentication` }).click();
  }
}
