import type { Locator, Page } from 'playwright-core';

/** The sandbox's virtual phone. */
export class PhonePage {
  /** How often the page was loaded since it was opened: a live page stays at 0. */
  reloads = 0;

  private constructor(readonly page: Page) {}

  static async open(page: Page, sandboxUrl: string): Promise<PhonePage> {
    const phone = new PhonePage(page);
    await page.goto(`${sandboxUrl}/phone`);
    await page.locator('#link-state', { hasText: 'Live' }).waitFor();
    page.on('framenavigated', () => (phone.reloads += 1));
    return phone;
  }

  prompt(reference: string): Locator {
    return this.page.locator('article.prompt', { hasText: reference });
  }

  async answer(reference: string, answer: 'Approve' | 'Decline' | 'Ignore'): Promise<void> {
    const prompt = this.prompt(reference);
    await prompt.getByRole('button', { name: answer }).click();
    await prompt.waitFor({ state: 'detached' });
  }

  /** What the phone's list says of an answered prompt. */
  outcome(reference: string, word: string): Locator {
    return this.page
      .locator('#activity li', { hasText: reference })
      .filter({ has: this.page.locator('.chip', { hasText: word }) });
  }

  /** True when all of these can be seen and pressed without scrolling. */
  async inView(things: Locator): Promise<boolean> {
    const height = this.page.viewportSize()?.height ?? 0;
    const boxes = await Promise.all((await things.all()).map((thing) => thing.boundingBox()));
    return (
      boxes.length > 0 && boxes.every((box) => box && box.y >= 0 && box.y + box.height <= height)
    );
  }

  /** True when nothing sticks out to the side. */
  async fits(): Promise<boolean> {
    return this.page.evaluate<boolean>(
      'document.documentElement.scrollWidth <= document.documentElement.clientWidth',
    );
  }
}
