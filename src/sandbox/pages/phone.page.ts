import { phoneFilter } from '../core/phone.filter.js';
import type { Delivery, Prompt } from '../core/prompts.store.js';
import type { SandboxGateway } from '../gateways/gateway.types.js';
import { html, type Html } from './html.js';
import type { PageOptions } from './layout.page.js';
import { amountTag, showAmount, showNetwork, showPhone, timeTag } from './page.format.js';

export interface PhoneView {
  prompts: readonly Prompt[];
  gateways: readonly SandboxGateway[];
  /** The number typed in; empty shows every phone. */
  phone: string;
  notice: string | null;
  /** Of a new prompt, for the bar that runs out. */
  lifetimeMs: number;
}

const RECENT_MESSAGES = 3;
const ACTIVITY_ROWS = 30;

/** The virtual phone: what the payers' phones would show. */
export function phonePage(view: PhoneView): PageOptions {
  const { wrong, shown } = filtered(view);
  const waiting = shown.filter(({ status }) => status === 'pending');
  const answered = shown.filter(({ status }) => status !== 'pending');
  return {
    title: waiting.length > 0 ? `(${waiting.length}) Phone` : 'Phone',
    path: '/phone',
    topics: ['prompt', 'clock', 'reset'],
    refreshS: 3,
    body: html`<div class="phone-layout">
      <div class="phone-intro">
        <h1>Virtual phone</h1>
        <p class="lead">
          Payment requests that a mobile network would push to a customer ring here. Answer as the
          customer would.
        </p>
        ${view.notice ? html`<p class="notice" role="alert">${view.notice}</p>` : null}
        ${wrong ? html`<p class="notice" role="alert">${wrong}</p>` : null}
      </div>
      ${device(waiting, answered, view)}
      <div class="phone-side">
        ${numberFilter(view)}
        <section class="card" aria-labelledby="activity-title">
          <h2 id="activity-title">Activity</h2>
          <div id="activity" data-live>${activity(answered, view.phone)}</div>
        </section>
        ${forcedNumbers(view.gateways)}
      </div>
    </div>`,
  };
}

function filtered({ prompts, phone }: PhoneView): { wrong: string | null; shown: Prompt[] } {
  try {
    return { wrong: null, shown: prompts.filter(phoneFilter(phone)) };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : null, shown: [...prompts] };
  }
}

function device(waiting: readonly Prompt[], answered: readonly Prompt[], view: PhoneView): Html {
  return html`<section class="device" aria-label="Phone screen">
    <div class="screen" id="screen" tabindex="-1" data-live data-keep-scroll>
      <div class="status-bar" aria-hidden="true">
        <span data-clock>${clockNow()}</span>
        <span class="status-icons">
          <svg viewBox="0 0 18 12" width="18" height="12">
            <path d="M1 8h3v4H1zM6 5h3v7H6zM11 2h3v10h-3z" />
          </svg>
          <span class="battery"></span>
        </span>
      </div>
      ${
        waiting.length === 0
          ? html`<div class="idle">
              <p class="idle-clock" data-clock>${clockNow()}</p>
              <p class="idle-text">
                No payment request waiting.<br />Start a payment and it rings here.
              </p>
            </div>`
          : html`<p class="waiting-count">
                ${waiting.length === 1 ? '1 payment request' : `${waiting.length} payment requests`}
              </p>
              ${waiting.map((prompt) => promptCard(prompt, view))}`
      }
      ${answered.slice(0, RECENT_MESSAGES).map(message)}
    </div>
  </section>`;
}

function promptCard(prompt: Prompt, { phone, lifetimeMs }: PhoneView): Html {
  const amount = showAmount(prompt.amount, prompt.currency);
  const act = (name: string): string => `/phone/prompts/${prompt.id}/${name}`;
  const about = `${amount} to ${prompt.merchant}`;
  return html`<article
    class="prompt"
    id="${prompt.id}"
    data-prompt="${`New payment request: ${about}, from ${showPhone(prompt.phone)}`}"
    aria-labelledby="${prompt.id}-title"
  >
    <header>
      <span class="network network-${prompt.network ?? 'none'}"
        >${showNetwork(prompt.network)}</span
      >
      <span class="countdown" data-expires-at="${prompt.expires_at}"
        >until ${timeTag(prompt.expires_at)}</span
      >
    </header>
    <h2 id="${prompt.id}-title">
      <span class="ask">Pay ${prompt.merchant}</span>
      ${amountTag(prompt.amount, prompt.currency)}
    </h2>
    <dl>
      <div>
        <dt>From</dt>
        <dd>${showPhone(prompt.phone)}</dd>
      </div>
      <div>
        <dt>Reference</dt>
        <dd class="code">${prompt.reference}</dd>
      </div>
    </dl>
    <progress
      data-lapse="${prompt.expires_at}"
      data-lifetime-ms="${lifetimeMs}"
      max="1"
      value="1"
      aria-hidden="true"
      hidden
    ></progress>
    <form method="post" data-quiet>
      <input type="hidden" name="phone" value="${phone}" />
      <button class="approve" id="${prompt.id}-approve" formaction="${act('approve')}">
        Approve<span class="unseen"> ${about}</span>
      </button>
      <button class="decline" id="${prompt.id}-decline" formaction="${act('decline')}">
        Decline<span class="unseen"> ${about}</span>
      </button>
      <button class="ignore" id="${prompt.id}-ignore" formaction="${act('ignore')}">
        Ignore<span class="unseen"> ${about}</span>
      </button>
    </form>
  </article>`;
}

function message(prompt: Prompt): Html {
  return html`<div class="message message-${prompt.status}">
    <span class="message-mark" aria-hidden="true">${MARKS[prompt.status]}</span>
    <div class="message-text">
      <p>
        <b>${outcome(prompt)}</b> ${showAmount(prompt.amount, prompt.currency)}
        ${timeTag(prompt.answered_at ?? prompt.created_at)}
      </p>
      <small>${prompt.merchant} · ${showPhone(prompt.phone)}</small>
    </div>
  </div>`;
}

function activity(answered: readonly Prompt[], phone: string): Html {
  if (answered.length === 0) return html`<p class="quiet">Answered requests appear here.</p>`;
  return html`<ul class="activity">
    ${answered.slice(0, ACTIVITY_ROWS).map(
      (prompt) =>
        html`<li>
          <div class="activity-line">
            <span class="chip chip-${prompt.status}">${outcome(prompt)}</span>
            <b>${showAmount(prompt.amount, prompt.currency)}</b>
            <span class="quiet">${showPhone(prompt.phone)}</span>
            ${timeTag(prompt.answered_at ?? prompt.created_at)}
          </div>
          <div class="activity-line">
            <span class="code">${prompt.reference}</span>
            ${notification(prompt)} ${again(prompt, phone)}
          </div>
        </li>`,
    )}
  </ul>`;
}

function notification({ callbacks, status }: Prompt): Html {
  const last = callbacks.at(-1);
  if (!last) {
    const text = status === 'approved' || status === 'declined' ? 'not told yet' : 'never told';
    return html`<span class="quiet">Malipo ${text}</span>`;
  }
  const times = callbacks.length > 1 ? ` · ${callbacks.length} times` : '';
  return html`<span class="${wentWell(last) ? 'good' : 'bad'}"
    >${deliveryText(last)}${times}</span
  >`;
}

function deliveryText({ status, error }: Delivery): string {
  return status === null
    ? `Malipo not reached: ${error ?? 'no answer'}`
    : `Malipo answered ${status}`;
}

function wentWell({ status }: Delivery): boolean {
  return status !== null && status < 300;
}

function again(prompt: Prompt, phone: string): Html | null {
  if (prompt.status !== 'approved' && prompt.status !== 'declined') return null;
  return html`<form method="post" action="/phone/prompts/${prompt.id}/callback" data-quiet>
    <input type="hidden" name="phone" value="${phone}" />
    <button class="link" id="${prompt.id}-again">
      Notify again<span class="unseen"> about ${prompt.reference}</span>
    </button>
  </form>`;
}

function numberFilter({ prompts, phone }: PhoneView): Html {
  const seen = [...new Set(prompts.map((prompt) => prompt.phone))].slice(0, 8);
  return html`<section class="card" aria-labelledby="filter-title">
    <h2 id="filter-title">Whose phone?</h2>
    <form class="filter" method="get" action="/phone">
      <label class="unseen" for="phone">Phone number</label>
      <input
        id="phone"
        name="phone"
        type="tel"
        inputmode="tel"
        placeholder="255 653 294 241"
        value="${phone}"
        autocomplete="off"
      />
      <button>Show</button>
    </form>
    <div class="numbers" id="numbers" data-live>
      <a class="number" href="/phone" ${phone === '' ? html`aria-current="true"` : null}
        >Every phone</a
      >
      ${seen.map(
        (number) =>
          html`<a
            class="number"
            href="/phone?phone=${number}"
            ${number === phone ? html`aria-current="true"` : null}
            >${showPhone(number)}</a
          >`,
      )}
    </div>
  </section>`;
}

function forcedNumbers(gateways: readonly SandboxGateway[]): Html {
  return html`<section class="card" aria-labelledby="forced-title">
    <h2 id="forced-title">Numbers with a mind of their own</h2>
    ${gateways
      .filter(({ hints }) => hints.length > 0)
      .map(
        ({ title, hints }) =>
          html`<h3>${title}</h3>
            <dl class="hints">
              ${hints.map(
                ({ value, effect }) =>
                  html`<div>
                    <dt class="code">${value}</dt>
                    <dd>${effect}</dd>
                  </div>`,
              )}
            </dl>`,
      )}
    <p class="quiet">More can go wrong on the <a href="/faults">faults</a> page.</p>
  </section>`;
}

const MARKS: Readonly<Record<Prompt['status'], string>> = {
  pending: '…',
  approved: '✓',
  declined: '✕',
  ignored: '–',
  expired: '⏱',
};

function outcome({ status, reason }: Prompt): string {
  if (reason === 'insufficient_funds') return 'No money';
  return status.charAt(0).toUpperCase() + status.slice(1);
}

function clockNow(): string {
  return new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
