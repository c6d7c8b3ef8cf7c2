import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../../support/wait.js';

export interface Shown {
  status: number;
  body: Record<string, unknown>;
}

/** Swagger UI as a person works with it. */
export class SwaggerPage {
  constructor(readonly page: Page) {}

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.locator('.opblock').first().waitFor();
  }

  operation(method: string, path: string): OperationBlock {
    return new OperationBlock(
      this.page
        .locator(`.opblock-${method.toLowerCase()}`)
        .filter({ has: this.page.locator(`[data-path="${path}"]`) }),
    );
  }

  /** Logs in by trying it out, and gives the token shown to Authorize. */
  async logIn(username: string, password: string): Promise<void> {
    const login = this.operation('POST', '/api/v1/auth/token/');
    const { status, body } = await login.send({ body: { username, password } });
    if (status !== 200) throw new Error(`the log-in of ${username} answered ${status}`);
    await this.page.getByRole('button', { name: 'Authorize' }).click();
    const dialog = this.page.locator('.modal-ux');
    await dialog.locator('input').fill(String(body.access));
    await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    await dialog.getByRole('button', { name: 'Remove authorization' }).waitFor();
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** The closed lock of the page's Authorize button. */
  get authorized(): Locator {
    return this.page.locator('.scheme-container .btn.authorize.locked');
  }
}

/** One operation: opened, filled in, executed, its answer read from the screen. */
export class OperationBlock {
  constructor(readonly block: Locator) {}

  async open(): Promise<void> {
    await this.scrollThere();
    const control = this.block.locator('.opblock-summary-control');
    if ((await control.getAttribute('aria-expanded')) !== 'true') await control.click();
    await this.block.locator('.execute').waitFor();
  }

  /** The example that stands in the body's field before anybody types. */
  async offeredBody(): Promise<Record<string, unknown>> {
    await this.open();
    return JSON.parse(await this.body.inputValue()) as Record<string, unknown>;
  }

  /** Without a body the example that stands there is sent. */
  async send({ body, id }: { body?: unknown; id?: number } = {}): Promise<Shown> {
    await this.open();
    if (id !== undefined) {
      await this.block.locator('tr[data-param-name="id"] input').fill(String(id));
    }
    if (body !== undefined) await this.body.fill(JSON.stringify(body, null, 2));
    // An answer that already stands there must not be taken for the new one.
    const clear = this.block.locator('.btn-clear');
    if (await clear.isVisible()) await clear.click();
    await this.block.locator('.execute').click();
    const answer = this.block.locator('.live-responses-table');
    const status = await answer.locator('tbody .response-col_status').innerText();
    const text = await answer.locator('.highlight-code code').first().innerText();
    return { status: Number.parseInt(status, 10), body: JSON.parse(text) as Shown['body'] };
  }

  /** True when the page says that the body must be sent. */
  async wantsBody(): Promise<boolean> {
    await this.open();
    return this.block.locator('.opblock-section-request-body h4.required').isVisible();
  }

  /** Swagger UI draws only what is near the window: what is further down is not there yet. */
  private async scrollThere(): Promise<void> {
    const page = this.block.page();
    await waitFor('the operation on the page', async () => {
      if ((await this.block.count()) > 0) return true;
      // Down by most of a window, and from the end back to the top.
      await page.evaluate(
        `scrollTo(0, scrollY + innerHeight >= document.documentElement.scrollHeight - 2
          ? 0 : scrollY + innerHeight * 0.8)`,
      );
      return false;
    });
  }

  private get body(): Locator {
    return this.block.locator('textarea.body-param__text');
  }
}
