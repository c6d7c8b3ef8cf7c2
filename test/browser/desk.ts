import type { Browser } from 'playwright-core';
import { startApp, type TestApp } from '../support/app.js';
import { startChromium } from './chromium.js';
import { visiting, type Visit, type VisitOptions } from './visit.js';

/** The whole product with its sandbox, and a browser in front of it. */
export class Desk {
  private constructor(
    readonly app: TestApp,
    private readonly browser: Browser,
  ) {}

  static async open(overrides: Record<string, string> = {}): Promise<Desk> {
    const browser = await startChromium();
    try {
      return new Desk(await startApp({ DEMO_DATA: 'on', ...overrides }), browser);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** A window of its own that may load from the product and its sandbox. */
  visit(act: (visit: Visit) => Promise<void>, options: Partial<VisitOptions> = {}): Promise<void> {
    const origins = [this.app.url, this.app.sandbox.url].map((url) => new URL(url).origin);
    return visiting(this.browser, { origins, ...options }, act);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.app.close();
  }
}
