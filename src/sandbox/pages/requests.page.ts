import type { ReceivedRequest } from '../core/requests.store.js';
import type { Provider } from '../core/providers.js';
import { html, type Html } from './html.js';
import type { PageOptions } from './layout.page.js';
import { showBody, timeTag } from './page.format.js';

export interface RequestsView {
  requests: readonly ReceivedRequest[];
  providers: readonly Provider[];
  provider: Provider | null;
}

const SHOWN = 100;

/** `/requests`: what the gateways were asked, and what they answered. */
export function requestsPage({ requests, providers, provider }: RequestsView): PageOptions {
  const hidden = requests.length - SHOWN;
  return {
    title: 'Requests',
    path: '/requests',
    topics: ['request', 'reset'],
    refreshS: 5,
    body: html`<h1>Requests</h1>
      <p class="lead">Every request a gateway received, newest first.</p>
      <div class="toolbar">
        <div class="numbers">
          <a class="number" href="/requests" ${provider === null ? html`aria-current="true"` : null}
            >All</a
          >
          ${providers.map(
            (code) =>
              html`<a
                class="number"
                href="/requests?provider=${code}"
                ${code === provider ? html`aria-current="true"` : null}
                >${code}</a
              >`,
          )}
        </div>
        <form method="post" action="/requests/clear" data-quiet>
          <button class="danger">Clear the list</button>
        </form>
      </div>
      <div id="requests" data-live>
        ${
          requests.length === 0
            ? html`<div class="empty"><p>No gateway was asked anything yet.</p></div>`
            : requests.slice(0, SHOWN).map(entry)
        }
        ${hidden > 0 ? html`<p class="quiet">And ${hidden} older ones, all in <a href="/api/requests">/api/requests</a>.</p>` : null}
      </div>`,
  };
}

function entry(request: ReceivedRequest): Html {
  const { answer } = request;
  return html`<details class="card fold" id="${request.id}">
    <summary>
      <span class="chip ${answer && answer.status < 400 ? 'chip-approved' : 'chip-declined'}"
        >${answer ? answer.status : 'no answer'}</span
      >
      <b class="code">${request.method}</b>
      <span class="code path">${request.path}</span>
      <span class="quiet">${request.provider}${answer ? ` · ${answer.after_ms} ms` : ''}</span>
      ${timeTag(request.at)}
    </summary>
    <h3>Body</h3>
    ${shown(request.body)}
    <h3>Answer</h3>
    ${answer ? shown(answer.body) : html`<p class="quiet">None: still under way, or withheld on purpose.</p>`}
    <h3>Headers</h3>
    <dl class="headers">
      ${Object.entries(request.headers).map(
        ([name, value]) =>
          html`<div>
            <dt class="code">${name}</dt>
            <dd class="code">${String(value ?? '')}</dd>
          </div>`,
      )}
    </dl>
  </details>`;
}

function shown(text: string): Html {
  return text === '' ? html`<p class="quiet">Empty.</p>` : html`<pre>${showBody(text)}</pre>`;
}
