import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

const SCREENSHOTS = join(__dirname, 'screenshots');
const PATIENCE_MS = 20_000;

const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 900 } };
export const MOBILE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};

export interface VisitOptions extends BrowserContextOptions {
  /** What pages may load from; a request to anything else is a complaint. */
  origins: string[];
}

/** One person's browser with its tabs, and what went wrong in it. */
export class Visit {
  /** Script errors, console errors and warnings, policy violations, requests that failed or went elsewhere. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly context: BrowserContext,
    private readonly name: string,
  ) {}

  static async open(context: BrowserContext, origins: string[]): Promise<Visit> {
    const visit = new Visit(context, expect.getState().currentTestName ?? 'visit');
    const complain = (what: string): unknown => visit.complaints.push(what);
    context.on('weberror', (error) => complain(`script error: ${error.error().message}`));
    context.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      complain(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    context.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (['data:', 'blob:'].includes(protocol) || origins.includes(origin)) return;
      complain(`foreign request: ${request.url()}`);
    });
    context.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? '';
      // A page that is left lets go of what it was still reading.
      if (reason === 'net::ERR_ABORTED') return;
      complain(`failed request: ${request.url()} ${reason}`);
    });
    await context.addInitScript({ content: TELL_VIOLATIONS });
    return visit;
  }

  tab(): Promise<Page> {
    return this.context.newPage();
  }

  /** Keeps a picture of each tab for people: `screenshots/<test>-<moment>.png`. */
  async picture(moment: string, { fullPage = false } = {}): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    for (const [i, page] of this.context.pages().entries()) {
      const name = `${this.name} ${moment} ${i + 1}`.replaceAll(/[^\w.]+/g, '-');
      const path = join(SCREENSHOTS, `${name}.png`);
      // Movements are shown at their end.
      await page.screenshot({ path, fullPage, animations: 'disabled' });
    }
  }
}

const TELL_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('policy violation: ' + event.violatedDirective + ' ' + event.blockedURI));`;

/**
 * Opens a browser window for one person, and closes it whatever happens. It fails, too, when a page
 * complained about anything; a failure leaves pictures.
 */
export async function visiting(
  browser: Browser,
  { origins, ...options }: VisitOptions,
  act: (visit: Visit) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ ...DESKTOP, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const visit = await Visit.open(context, origins);
  try {
    await act(visit);
    expect(visit.complaints).toEqual([]);
  } catch (error) {
    // The failure itself is what counts, even where its picture fails.
    await Promise.allSettled([visit.picture('FAILED', { fullPage: true })]);
    if (visit.complaints.length === 0) throw error;
    throw new Error(`the pages complained:\n${visit.complaints.join('\n')}`, { cause: error });
  } finally {
    await context.close();
  }
}
