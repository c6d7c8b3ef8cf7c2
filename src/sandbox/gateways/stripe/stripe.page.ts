import type { FastifyReply } from 'fastify';
import { type Checkout, isPayable } from '../../core/checkouts.store.js';
import { html, type Html } from '../../pages/html.js';
import { amountTag } from '../../pages/page.format.js';
import { TEST_CARDS } from './stripe.cards.js';

export const PAGE_PATH = '/c/pay';
export const STYLE_PATH = '/c/page.css';

interface PageView {
  checkout: Checkout;
  sessionId: string;
  email: string | null;
  /** What became of the last try. */
  refusal: string | null;
}

export function sendPage(reply: FastifyReply, page: Html): FastifyReply {
  return reply
    .headers({
      // The answer leads back to the shop, wherever that is.
      'content-security-policy':
        "default-src 'none'; style-src 'self'; form-action 'self' http: https:; base-uri 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    .type('text/html; charset=utf-8')
    .send(page.text);
}

/** Where the payer types a card. */
export function checkoutPage(view: PageView): Html {
  const { checkout, refusal } = view;
  return layout(
    checkout,
    html`<h2>Pay with card</h2>
      ${refusal === null ? null : html`<p class="error" role="alert">${refusal}</p>`}
      ${
        isPayable(checkout)
          ? form(view)
          : html`<p class="over">This page is over: <b>${checkout.status}</b></p>`
      }`,
  );
}

/** What the bank of a card asks that wants 3D Secure. */
export function authenticationPage(checkout: Checkout, sessionId: string): Html {
  const action = `${PAGE_PATH}/${sessionId}/authenticate`;
  return layout(
    checkout,
    html`<h2>3D Secure</h2>
      <p>The bank of this card asks whether it is you who pays.</p>
      <form method="post" action="${action}">
        <button class="confirm" name="answer" value="complete">Complete authentication</button>
        <button class="back" name="answer" value="fail">Fail authentication</button>
      </form>`,
  );
}

function layout(checkout: Checkout, content: Html): Html {
  const { merchant, description, amount, currency, reference } = checkout;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Pay ${merchant} · Stripe (Malipo sandbox)</title>
        <link rel="stylesheet" href="${STYLE_PATH}" />
      </head>
      <body>
        <div class="layout">
          <section class="order">
            <div><span class="badge">SANDBOX</span> Stripe Checkout</div>
            <h1>Pay ${merchant} ${amountTag(amount, currency)}</h1>
            <dl>
              <dt>For</dt>
              <dd>${description}</dd>
              <dt>Reference</dt>
              <dd class="code">${reference}</dd>
            </dl>
          </section>
          <main class="pay">${content}</main>
        </div>
      </body>
    </html>`;
}

function form({ checkout, sessionId, email }: PageView): Html {
  const action = `${PAGE_PATH}/${sessionId}`;
  return html`<form method="post" action="${action}">
      <label for="email">Email</label>
      <input id="email" name="email" type="email" autocomplete="off" value="${email ?? ''}" />
      <label for="number">Card number</label>
      <input
        id="number"
        name="number"
        inputmode="numeric"
        autocomplete="off"
        required
        maxlength="23"
        placeholder="1234 1234 1234 1234"
        value="4242 4242 4242 4242"
      />
      <div class="pair">
        <div>
          <label for="expiry">Expiry</label>
          <input id="expiry" name="expiry" autocomplete="off" maxlength="7" value="12 / 34" />
        </div>
        <div>
          <label for="cvc">CVC</label>
          <input
            id="cvc"
            name="cvc"
            inputmode="numeric"
            autocomplete="off"
            maxlength="4"
            value="123"
          />
        </div>
      </div>
      <label for="holder">Name on card</label>
      <input id="holder" name="holder" autocomplete="off" value="" />
      <button class="confirm">Pay</button>
    </form>
    <form class="back" method="post" action="/checkout/${checkout.id}/cancel">
      <button>Back to ${checkout.merchant}</button>
    </form>
    <form class="cards" method="post" action="${action}">
      <p>Test cards; pressing one pays with it.</p>
      ${Object.entries(TEST_CARDS).map(
        ([number, { effect }]) =>
          html`<button name="number" value="${number}">
            <span class="code">${inFours(number)}</span><span>${effect}</span>
          </button>`,
      )}
    </form>`;
}

function inFours(number: string): string {
  return number.replaceAll(/(\d{4})(?=\d)/g, '$1 ');
}
