import type { FastifyReply } from 'fastify';
import { html, type Html } from './html.js';

const NAVIGATION = [
  ['/phone', 'Phone'],
  ['/checkout', 'Checkout'],
  ['/inbox', 'Inbox'],
  ['/faults', 'Faults'],
  ['/requests', 'Requests'],
] as const;

export interface PageOptions {
  title: string;
  /** Which entry of the navigation is the current one. */
  path: string;
  /** Topics of the event stream that make the page's live regions read themselves again. */
  topics?: readonly string[];
  /** Browsers without JavaScript read the page again after so many seconds. */
  refreshS?: number;
  body: Html;
  /** Origins that a form may lead to besides this one: a hosted page returns the payer to the shop. */
  formTargets?: string;
}

/** Sends a whole page: no inline script or style, nothing from another host. */
export function sendPage(reply: FastifyReply, options: PageOptions): FastifyReply {
  return reply
    .headers({
      'content-security-policy': contentPolicy(options.formTargets ?? ''),
      'x-content-type-options': 'nosniff',
      // Under no-referrer a form would post with "Origin: null", as a foreign page would.
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    .type('text/html; charset=utf-8')
    .send(layout(options).text);
}

function contentPolicy(formTargets: string): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    `form-action 'self' ${formTargets}`.trim(),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function layout({ title, path, topics = [], refreshS, body }: PageOptions): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Malipo sandbox</title>
        <link rel="stylesheet" href="/assets/sandbox.css" />
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <script src="/assets/live.js" defer></script>
        ${
          refreshS === undefined
            ? null
            : html`<noscript><meta http-equiv="refresh" content="${refreshS}" /></noscript>`
        }
      </head>
      <body data-topics="${topics.join(' ')}">
        <a class="skip" href="#main">Skip to content</a>
        <header class="top">
          <a class="brand" href="/"
            ><span class="brand-mark" aria-hidden="true">M</span>Malipo <b>sandbox</b></a
          >
          <nav aria-label="Pages">
            ${NAVIGATION.map(
              ([href, name]) =>
                html`<a href="${href}" ${path === href ? html`aria-current="page"` : null}
                  >${name}</a
                >`,
            )}
          </nav>
          <span class="link-state" id="link-state" role="status" hidden></span>
        </header>
        <main id="main">${body}</main>
        <p class="unseen" id="announcer" role="status" aria-live="polite"></p>
      </body>
    </html>`;
}
