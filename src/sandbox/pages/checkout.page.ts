import { type Checkout, isPayable } from '../core/checkouts.store.js';
import { html, type Html } from './html.js';
import type { PageOptions } from './layout.page.js';
import { amountTag, showAmount, timeTag } from './page.format.js';

/** `/checkout`: every hosted page there is. */
export function checkoutListPage(checkouts: readonly Checkout[]): PageOptions {
  return {
    title: 'Checkout pages',
    path: '/checkout',
    topics: ['checkout', 'reset'],
    refreshS: 3,
    body: html`<h1>Checkout pages</h1>
      <p class="lead">Hosted pages that a gateway opened and a payer was sent to.</p>
      <div id="checkouts" data-live>
        ${
          checkouts.length === 0
            ? html`<div class="empty"><p>No gateway has opened a page yet.</p></div>`
            : html`<ul class="rows">
                ${checkouts.map(row)}
              </ul>`
        }
      </div>`,
  };
}

/** One hosted page, as the payer meets it. */
export function checkoutPage(checkout: Checkout): PageOptions {
  const { id, merchant, description, provider, reference, status } = checkout;
  return {
    title: `Pay ${merchant}`,
    path: '/checkout',
    topics: ['checkout', 'reset'],
    // The answer leads back to the shop, wherever that is.
    formTargets: 'http: https:',
    body: html`<article class="checkout card" id="checkout" data-live aria-labelledby="pay-title">
      <p class="quiet">Sandbox page of <span class="code">${provider}</span></p>
      <h1 id="pay-title">
        <span class="ask">Pay ${merchant}</span>
        ${amountTag(checkout.amount, checkout.currency)}
      </h1>
      <p>${description}</p>
      <dl>
        <div>
          <dt>Reference</dt>
          <dd class="code">${reference}</dd>
        </div>
      </dl>
      ${
        status === 'open'
          ? null
          : html`<p>
              <span class="chip chip-${status}">${status}</span>
              ${isPayable(checkout) ? 'You can try again.' : null}
            </p>`
      }
      ${
        isPayable(checkout)
          ? html`<form method="post" class="answers">
              <button class="approve" formaction="/checkout/${id}/pay">Pay</button>
              <button class="decline" formaction="/checkout/${id}/fail">Fail</button>
              <button class="ignore" formaction="/checkout/${id}/cancel">Cancel</button>
            </form>`
          : null
      }
    </article>`,
  };
}

function row(checkout: Checkout): Html {
  return html`<li>
    <span class="chip chip-${checkout.status}">${checkout.status}</span>
    <a href="/checkout/${checkout.id}">${showAmount(checkout.amount, checkout.currency)}</a>
    <span>${checkout.merchant}</span>
    <span class="code">${checkout.provider}</span>
    <span class="code">${checkout.reference}</span>
    ${timeTag(checkout.created_at)}
  </li>`;
}
