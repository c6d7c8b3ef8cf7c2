import { html, type Html } from '../../pages/html.js';
import type { PageOptions } from '../../pages/layout.page.js';
import { showBody, timeTag } from '../../pages/page.format.js';
import { EVENTS, SCHEMES, type Scheme, type Sent } from './signed-webhook.types.js';

export const PAGE_PATH = '/signed-webhook';

const SCHEME_NAMES: Readonly<Record<Scheme, string>> = {
  hex: 'X-Webhook-Signature (hex)',
  standard: 'Standard Webhooks',
};

/** A form that sends a signed notification, and what came of those sent before. */
export function signedWebhookPage(sent: readonly Sent[], notice: string | null): PageOptions {
  return {
    title: 'Signed webhook',
    path: PAGE_PATH,
    body: html`<h1>Signed webhook</h1>
      <p class="lead">
        Tell the product, as a gateway that shares its secret would, how a payment of an order
        stands.
      </p>
      ${notice ? html`<p class="notice" role="alert">${notice}</p>` : null}
      <div class="columns">
        ${form()}
        <section aria-labelledby="sent-title">
          <h2 id="sent-title">Sent</h2>
          ${sent.length === 0 ? html`<div class="empty"><p>Nothing yet.</p></div>` : sent.map(entry)}
        </section>
      </div>`,
  };
}

function form(): Html {
  return html`<form class="card fault-form" method="post" action="${PAGE_PATH}">
    <h2>Notification</h2>
    <label for="order_reference">Order (id or uuid)</label>
    <input id="order_reference" name="order_reference" required value="1" />
    <label for="amount">Amount</label>
    <input id="amount" name="amount" inputmode="decimal" required value="1598.00" />
    <label for="currency">Currency</label>
    <input id="currency" name="currency" placeholder="not sent" maxlength="3" />
    <label for="event_type">Event</label>
    <select id="event_type" name="event_type">
      ${Object.keys(EVENTS).map((event) => html`<option>${event}</option>`)}
    </select>
    <label for="payment_id">Payment at the gateway</label>
    <input id="payment_id" name="payment_id" placeholder="a new one" />
    <label for="scheme">Signature</label>
    <select id="scheme" name="scheme">
      ${SCHEMES.map((scheme) => html`<option value="${scheme}">${SCHEME_NAMES[scheme]}</option>`)}
    </select>
    <div class="fault-buttons"><button class="primary">Send</button></div>
  </form>`;
}

function entry({ at, status, headers, body, answer, error }: Sent): Html {
  return html`<details class="card fold">
    <summary>
      <span class="chip ${status === 200 ? 'chip-approved' : 'chip-declined'}"
        >${status ?? 'no answer'}</span
      >
      ${timeTag(at)}
    </summary>
    <h3>Body</h3>
    <pre>${showBody(body)}</pre>
    <h3>Answer</h3>
    <pre>${error ?? showBody(answer ?? '')}</pre>
    <h3>Signature</h3>
    <pre>
${Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n')}</pre>
  </details>`;
}
