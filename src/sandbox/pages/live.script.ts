/**
 * The pages' only script. It keeps the regions marked `data-live` current: an event of the page's topics
 * makes it read the page again and put the regions' new content in place. Without it the pages still work,
 * as plain forms and links.
 */
export const LIVE_SCRIPT = `'use strict';
(() => {
  const topics = (document.body.dataset.topics || '').split(' ').filter(Boolean);
  const announcer = document.getElementById('announcer');
  const linkState = document.getElementById('link-state');
  const seen = new Map();
  let reading = false;
  let readAgain = false;
  let held = false;

  const regions = () => [...document.querySelectorAll('[data-live]')];
  const promptIds = () =>
    new Set([...document.querySelectorAll('[data-prompt]')].map((prompt) => prompt.id));

  /* Open folds, the focus and the place scrolled to survive the exchange. */
  function replace(region, fresh) {
    const html = fresh.innerHTML;
    if (seen.get(region.id) === html) return;
    const active = document.activeElement;
    const inside = region.contains(active);
    if (inside && active.matches('input:not([type=hidden]), select, textarea')) {
      held = true;
      return;
    }
    seen.set(region.id, html);
    const open = [...region.querySelectorAll('details[open]')].map((fold) => fold.id);
    const scroll = region.scrollTop;
    region.innerHTML = html;
    for (const id of open) document.getElementById(id)?.setAttribute('open', '');
    region.scrollTop = scroll;
    if (!inside) return;
    const again = active.id && document.getElementById(active.id);
    (again || region).focus({ preventScroll: true });
  }

  function show(page) {
    const before = promptIds();
    for (const region of regions()) {
      const fresh = page.getElementById(region.id);
      if (fresh) replace(region, fresh);
    }
    document.title = page.title;
    for (const prompt of document.querySelectorAll('[data-prompt]')) {
      if (before.has(prompt.id)) continue;
      prompt.classList.add('is-new');
      announcer.textContent = prompt.dataset.prompt;
    }
    tick();
  }

  async function read() {
    if (reading) {
      readAgain = true;
      return;
    }
    reading = true;
    try {
      do {
        readAgain = false;
        const answer = await fetch(location.href, { cache: 'no-store', headers: { accept: 'text/html' } });
        if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), 'text/html'));
      } while (readAgain);
    } catch {
      tellLink('lost');
    } finally {
      reading = false;
    }
  }

  function tellLink(state) {
    linkState.hidden = false;
    linkState.dataset.state = state;
    linkState.textContent = state === 'live' ? 'Live' : 'Reconnecting';
  }

  function tick() {
    const now = Date.now();
    for (const element of document.querySelectorAll('[data-expires-at]')) {
      const left = Math.max(0, Math.ceil((Date.parse(element.dataset.expiresAt) - now) / 1000));
      const text = left + ' s';
      const long = Math.floor(left / 60) + ':' + String(left % 60).padStart(2, '0');
      element.textContent = left >= 60 ? long : text;
      element.classList.toggle('is-short', left <= 15);
    }
    for (const bar of document.querySelectorAll('progress[data-lapse]')) {
      const end = Date.parse(bar.dataset.lapse);
      bar.hidden = false;
      bar.value = Math.max(0, Math.min(1, (end - now) / Number(bar.dataset.lifetimeMs)));
    }
    const time = new Date(now).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
    for (const clock of document.querySelectorAll('[data-clock]')) clock.textContent = time;
  }

  document.addEventListener('submit', async (event) => {
    const form = event.target;
    if (!form.matches('form[data-quiet]')) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = 'yes';
    const address = event.submitter?.getAttribute('formaction') || form.getAttribute('action');
    const body = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(address, { method: 'POST', body });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      announcer.textContent = page.querySelector('.notice')?.textContent || '';
    } catch {
      tellLink('lost');
    } finally {
      delete form.dataset.busy;
    }
    await read();
  });

  document.addEventListener('focusout', () => {
    if (!held) return;
    held = false;
    void read();
  });

  for (const region of regions()) seen.set(region.id, region.innerHTML);
  setInterval(tick, 500);
  tick();
  if (topics.length > 0) {
    const stream = new EventSource('/api/events');
    let lost = false;
    stream.onopen = () => {
      tellLink('live');
      if (lost) void read();
      lost = false;
    };
    stream.onerror = () => {
      lost = true;
      tellLink('lost');
    };
    for (const topic of topics) stream.addEventListener(topic, () => void read());
  }
})();
`;
