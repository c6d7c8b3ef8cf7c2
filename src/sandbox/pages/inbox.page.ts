import type { Mail } from '../core/mails.store.js';
import { html, type Html } from './html.js';
import type { PageOptions } from './layout.page.js';
import { timeTag } from './page.format.js';

/** `/inbox`: the mails, shown as text; a mail's HTML is shown as source, never run. */
export function inboxPage(mails: readonly Mail[], to: string): PageOptions {
  return {
    title: 'Inbox',
    path: '/inbox',
    topics: ['mail', 'reset'],
    refreshS: 5,
    body: html`<h1>Inbox</h1>
      <p class="lead">Every e-mail that the product sent while it has no mail server.</p>
      <div class="toolbar">
        <form class="filter" method="get" action="/inbox">
          <label class="unseen" for="to">Recipient</label>
          <input id="to" name="to" type="email" placeholder="customer@malipo.test" value="${to}" />
          <button>Show</button>
        </form>
        <form method="post" action="/inbox/clear" data-quiet>
          <button class="danger">Empty the inbox</button>
        </form>
      </div>
      <div id="mails" data-live>
        ${
          mails.length === 0
            ? html`<div class="empty"><p>No mail${to === '' ? '' : ` for ${to}`} yet.</p></div>`
            : mails.map(letter)
        }
      </div>`,
  };
}

function letter(mail: Mail): Html {
  return html`<details class="card fold" id="${mail.id}">
    <summary>
      <b>${mail.subject === '' ? '(no subject)' : mail.subject}</b>
      <span class="quiet">to ${mail.to}</span> ${timeTag(mail.at)}
    </summary>
    <p class="quiet">From ${mail.from}</p>
    <pre class="letter">${mail.text}</pre>
    ${
      mail.html === null
        ? null
        : html`<h3>HTML source</h3>
            <pre>${mail.html}</pre>`
    }
  </details>`;
}
