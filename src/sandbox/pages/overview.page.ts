import type { SandboxGateway } from '../gateways/gateway.types.js';
import type { Core } from '../sandbox.core.js';
import { html, type Html } from './html.js';
import type { PageOptions } from './layout.page.js';

/** `/`: what there is, and where the product is expected. */
export function overviewPage(
  core: Core,
  gateways: readonly SandboxGateway[],
  ownUrl: string,
): PageOptions {
  return {
    title: 'Overview',
    path: '/',
    topics: ['prompt', 'checkout', 'mail', 'request', 'fault', 'target', 'reset'],
    body: html`<h1>Malipo sandbox</h1>
      <p class="lead">
        Stands in for the payment gateways on this machine. Nothing here moves real money, and
        nothing leaves it.
      </p>
      <div class="tiles" id="tiles" data-live>${tiles(core)}</div>
      <div class="columns">
        <section class="card" aria-labelledby="gateways-title">
          <h2 id="gateways-title">Gateways</h2>
          ${gateways.map(
            ({ title, provider, page }) =>
              html`<p>
                <b>${title}</b> <span class="code">${provider}</span><br />
                ${
                  page
                    ? html`<a href="${page}">Send a notification</a>`
                    : html`<span class="quiet">Base URL</span>
                        <span class="code">${ownUrl}/${provider}</span>`
                }
              </p>`,
          )}
          <p class="quiet">Notifications go to</p>
          <p class="code" id="target" data-live>${core.target.url}</p>
        </section>
        <section class="card" aria-labelledby="json-title">
          <h2 id="json-title">For tests of apps</h2>
          <p class="quiet">The same by JSON, without a login:</p>
          <ul class="calls">
            ${CALLS.map((call) => html`<li class="code">${call}</li>`)}
          </ul>
        </section>
      </div>
      <form method="post" action="/reset" class="reset">
        <button class="danger">Forget everything</button>
        <span class="quiet">Prompts, checkouts, mails, faults and requests.</span>
      </form>`,
  };
}

function tiles({ prompts, checkouts, mails, faults, requests }: Core): Html {
  const waiting = prompts.list(({ status }) => status === 'pending').length;
  const open = checkouts.list(({ status }) => status === 'open').length;
  const spoilt = faults.providers.filter((provider) => {
    const { count: _count, webhook, ...calls } = faults.get(provider);
    return webhook !== 'normal' || Object.values(calls).some((word) => word !== 'ok');
  });
  return html`
    ${tile('/phone', 'Virtual phone', waiting, 'waiting', 'Answer payment requests as the customer would')}
    ${tile('/checkout', 'Checkout pages', open, 'open', 'Hosted pages that payers were sent to')}
    ${tile('/inbox', 'Inbox', mails.list().length, 'received', 'Every e-mail that would have been sent')}
    ${tile('/faults', 'Faults', spoilt.length, 'active', 'Decide what goes wrong next')}
    ${tile('/requests', 'Requests', requests.list().length, 'received', 'What the gateways were asked')}
  `;
}

function tile(href: string, name: string, count: number, unit: string, text: string): Html {
  return html`<a class="tile" href="${href}">
    <span class="tile-name">${name}</span>
    <span class="tile-count"><b>${count}</b> ${unit}</span>
    <span class="quiet">${text}</span>
  </a>`;
}

const CALLS = [
  'GET /api/prompts?phone=',
  'POST /api/prompts/{id}/approve · decline · ignore · callback',
  'GET /api/checkouts',
  'POST /api/checkouts/{id}/pay · fail · cancel',
  'GET · POST · DELETE /api/mails?to=',
  'GET · PUT /api/faults/{provider}',
  'GET · DELETE /api/requests?provider=',
  'GET /api/events',
  'POST /api/clock · PUT /api/target · POST /api/reset',
  'GET · POST /api/signed-webhook',
  'POST /api/azampay/rotate-key · revoke-tokens',
];
