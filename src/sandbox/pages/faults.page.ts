import {
  CALL_FAULTS,
  type Faults,
  type Operation,
  OPERATIONS,
  WEBHOOK_FAULTS,
} from '../core/faults.store.js';
import type { SandboxGateway } from '../gateways/gateway.types.js';
import { html, type Html } from './html.js';
import type { PageOptions } from './layout.page.js';

export interface FaultsView {
  gateways: readonly { gateway: SandboxGateway; faults: Faults }[];
  notice: string | null;
}

const OPERATION_NAMES: Readonly<Record<Operation, string>> = {
  initiate: 'Start a payment',
  status: 'Ask its status',
  refund: 'Refund it',
  auth: 'Get a token',
  key: 'Get the signing key',
};

const MEANINGS: readonly (readonly [string, string])[] = [
  ['decline, insufficient_funds', 'the gateway refuses'],
  ['error_500', 'it breaks'],
  ['timeout', 'it never answers, and nothing happened'],
  ['timeout_after_accept', 'it never answers, but the prompt is on the phone'],
  ['malformed', 'the prompt is on the phone, the answer is unreadable'],
  ['rate_limited', 'it answers 429'],
  ['wrong_amount', 'the outcome names another amount'],
  ['late', 'the notification comes some seconds late'],
  ['duplicate', 'it comes three times'],
  ['before_reply', 'the payer answers before the call returns'],
  ['out_of_order', 'an older event follows the final one'],
  [
    'bad_signature, unsigned, short',
    'it is signed by a stranger, not at all, or in the older form',
  ],
];

/** `/faults`: what goes wrong next, one form per gateway. */
export function faultsPage({ gateways, notice }: FaultsView): PageOptions {
  return {
    title: 'Faults',
    path: '/faults',
    topics: ['fault', 'reset'],
    body: html`<h1>Faults</h1>
      <p class="lead">
        Decide what goes wrong next. Without a count a fault stays until it is replaced.
      </p>
      ${notice ? html`<p class="notice" role="alert">${notice}</p>` : null}
      <div class="columns">
        <div id="faults" data-live>
          ${gateways.map(({ gateway, faults }) => form(gateway, faults))}
        </div>
        <section class="card" aria-labelledby="words-title">
          <h2 id="words-title">The words</h2>
          <dl class="hints">
            ${MEANINGS.map(
              ([word, text]) =>
                html`<div>
                  <dt class="code">${word}</dt>
                  <dd>${text}</dd>
                </div>`,
            )}
          </dl>
        </section>
      </div>`,
  };
}

function form({ provider, title, page }: SandboxGateway, faults: Faults): Html {
  const taken = (operation: Operation): boolean => !page && faults[operation] !== undefined;
  const operations = OPERATIONS.filter(taken);
  return html`<form class="card fault-form" method="post" action="/faults/${provider}">
    <h2>${title}</h2>
    ${operations.map((name) => choice(provider, name, OPERATION_NAMES[name], CALL_FAULTS, faults[name]))}
    ${choice(provider, 'webhook', 'Notification', WEBHOOK_FAULTS, faults.webhook)}
    <label for="${provider}-count">For how many requests</label>
    <input
      id="${provider}-count"
      name="count"
      type="number"
      min="1"
      placeholder="until replaced"
      value="${faults.count}"
    />
    <div class="fault-buttons">
      <button class="primary">Set</button>
      <button formaction="/faults/${provider}/clear">All well again</button>
    </div>
  </form>`;
}

function choice(
  provider: string,
  name: string,
  label: string,
  words: readonly string[],
  current: string | undefined,
): Html {
  const id = `${provider}-${name}`;
  return html`<label for="${id}">${label}</label>
    <select id="${id}" name="${name}" class="${current === words[0] ? '' : 'is-set'}">
      ${words.map(
        (word) =>
          html`<option value="${word}" ${word === current ? html`selected` : null}>
            ${word}
          </option>`,
      )}
    </select>`;
}
