import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Checkout, isPayable } from '../../core/checkouts.store.js';
import type { Core } from '../../sandbox.core.js';
import { html, type Html } from '../../pages/html.js';
import { amountTag } from '../../pages/page.format.js';
import { PAGE_PATH, type OrangePayments } from './orange-money.payments.js';
import { ORANGE_STYLE } from './orange-money.style.js';

const STYLE_PATH = '/orange-money/page.css';

const TEXTS = {
  fr: {
    pay: 'Payer',
    to: 'Marchand',
    order: 'Commande',
    number: 'Numéro Orange Money',
    code: 'Code à usage unique',
    hint: 'Dans le bac à sable, tout numéro et tout code conviennent.',
    confirm: 'Confirmer',
    fail: 'Confirmer avec un mauvais code',
    cancel: 'Annuler et revenir au marchand',
    over: 'Cette page est terminée :',
  },
  en: {
    pay: 'Pay',
    to: 'Merchant',
    order: 'Order',
    number: 'Orange Money number',
    code: 'One-time code',
    hint: 'In the sandbox any number and any code will do.',
    confirm: 'Confirm',
    fail: 'Confirm with a wrong code',
    cancel: 'Cancel and go back to the merchant',
    over: 'This page is over:',
  },
} as const;

/** Orange's hosted page: the payer types a number and a one-time code that the phone made. */
export function pageRoutes(app: FastifyInstance, core: Core, payments: OrangePayments): void {
  app.get(STYLE_PATH, async (_request, reply) =>
    reply
      .headers({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' })
      .type('text/css; charset=utf-8')
      .send(ORANGE_STYLE),
  );
  app.get<{ Params: { token: string } }>(`${PAGE_PATH}/:token`, async ({ params }, reply) => {
    const payment = payments.find(params.token);
    if (!payment) return reply.callNotFound();
    payments.statusOf(payment);
    return sendPage(reply, page(core.checkouts.get(payment.pageId), payment.order.lang));
  });
}

function sendPage(reply: FastifyReply, body: Html): FastifyReply {
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
    .send(body.text);
}

function page(checkout: Checkout, lang: 'fr' | 'en'): Html {
  const { merchant, amount, currency, reference } = checkout;
  const text = TEXTS[lang];
  return html`<!doctype html>
    <html lang="${lang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${text.pay} ${merchant} · Orange Money (Malipo sandbox)</title>
        <link rel="stylesheet" href="${STYLE_PATH}" />
      </head>
      <body>
        <header>
          <span class="mark" aria-hidden="true"></span>
          <span>Orange Money</span>
          <small>sandbox</small>
        </header>
        <main>
          <h1>${text.pay} ${amountTag(amount, currency)}</h1>
          <dl>
            <dt>${text.to}</dt>
            <dd>${merchant}</dd>
            <dt>${text.order}</dt>
            <dd class="code">${reference}</dd>
          </dl>
          ${
            isPayable(checkout)
              ? form(checkout, text)
              : html`<p class="over">${text.over} <b>${checkout.status}</b></p>`
          }
        </main>
      </body>
    </html>`;
}

function form({ id }: Checkout, text: (typeof TEXTS)['fr' | 'en']): Html {
  return html`<form method="post" action="/checkout/${id}/pay">
    <label for="number">${text.number}</label>
    <input id="number" name="number" inputmode="tel" autocomplete="off" value="07 07 00 00 00" />
    <label for="code">${text.code}</label>
    <input id="code" name="code" inputmode="numeric" autocomplete="off" value="123456" />
    <p class="hint">${text.hint}</p>
    <button class="confirm">${text.confirm}</button>
    <button formaction="/checkout/${id}/fail">${text.fail}</button>
    <button formaction="/checkout/${id}/cancel">${text.cancel}</button>
  </form>`;
}
