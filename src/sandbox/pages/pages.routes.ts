import type { FastifyInstance, FastifyReply } from 'fastify';
import { CHECKOUT_ACTS } from '../api/checkouts.routes.js';
import { PROMPT_ACTS } from '../api/prompts.routes.js';
import { readForm, readParam, readQuery } from '../api/request.reader.js';
import { findProvider } from '../core/providers.js';
import { SandboxError } from '../core/sandbox.error.js';
import type { Actions } from '../sandbox.actions.js';
import type { Core } from '../sandbox.core.js';
import { checkoutListPage, checkoutPage } from './checkout.page.js';
import { faultsPage } from './faults.page.js';
import { inboxPage } from './inbox.page.js';
import { sendPage } from './layout.page.js';
import { LIVE_SCRIPT } from './live.script.js';
import { notFoundPage } from './not-found.page.js';
import { overviewPage } from './overview.page.js';
import { phonePage } from './phone.page.js';
import { PHONE_STYLE } from './phone.style.js';
import { requestsPage } from './requests.page.js';
import { ICON, SANDBOX_STYLE } from './sandbox.style.js';

/** What a page may be told after a form was posted: a word in the address, never its text. */
const NOTICES: Readonly<Record<string, string>> = {
  answered: 'Too late: that request was answered or has lapsed already.',
  forgotten: 'That request is forgotten.',
  nothing: 'There is no outcome to tell yet.',
  count: 'Not set: the count must be a whole number of at least 1.',
};

export function pageRoutes(app: FastifyInstance, core: Core, actions: Actions): void {
  assetRoutes(app);
  app.get('/', async (request, reply) =>
    sendPage(reply, overviewPage(core, actions.gateways, `http://${request.host}`)),
  );
  app.post('/reset', async (_request, reply) => {
    await actions.reset();
    return reply.redirect('/', 303);
  });
  phoneRoutes(app, core, actions);
  checkoutRoutes(app, core, actions);
  listRoutes(app, core);
  faultRoutes(app, core, actions);
}

function assetRoutes(app: FastifyInstance): void {
  const assets = {
    '/assets/sandbox.css': ['text/css; charset=utf-8', SANDBOX_STYLE + PHONE_STYLE],
    '/assets/live.js': ['text/javascript; charset=utf-8', LIVE_SCRIPT],
    '/assets/icon.svg': ['image/svg+xml', ICON],
  } as const;
  for (const [path, [type, text]] of Object.entries(assets)) {
    app.get(path, async (_request, reply) =>
      reply
        .headers({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' })
        .type(type)
        .send(text),
    );
  }
}

function phoneRoutes(app: FastifyInstance, core: Core, actions: Actions): void {
  app.get('/phone', async (request, reply) =>
    sendPage(
      reply,
      phonePage({
        prompts: core.prompts.list(),
        gateways: actions.gateways,
        phone: readQuery(request, 'phone') ?? '',
        notice: NOTICES[readQuery(request, 'notice') ?? ''] ?? null,
        lifetimeMs: core.settings.timings.promptLifetimeMs,
      }),
    ),
  );
  const back = (reply: FastifyReply, phone: string | null, notice: string): FastifyReply => {
    const query = new URLSearchParams();
    if (phone) query.set('phone', phone);
    if (notice) query.set('notice', notice);
    return reply.redirect(query.size > 0 ? `/phone?${query.toString()}` : '/phone', 303);
  };
  for (const [act, answer] of Object.entries(PROMPT_ACTS)) {
    app.post(`/phone/prompts/:id/${act}`, async (request, reply) => {
      const notice = refusalOf(() => actions.answerPrompt(readParam(request, 'id'), answer));
      return back(reply, readForm(request).get('phone'), notice);
    });
  }
  app.post('/phone/prompts/:id/callback', async (request, reply) => {
    const notice = await actions.notifyAgain(readParam(request, 'id')).then(
      () => '',
      (error: unknown) => noticeFor(error, 'nothing'),
    );
    return back(reply, readForm(request).get('phone'), notice);
  });
}

function checkoutRoutes(app: FastifyInstance, core: Core, actions: Actions): void {
  app.get('/checkout', async (_request, reply) =>
    sendPage(reply, checkoutListPage(core.checkouts.list())),
  );
  app.get('/checkout/:id', async (request, reply) => {
    const id = readParam(request, 'id');
    const [checkout] = core.checkouts.list((candidate) => candidate.id === id);
    return checkout ? sendPage(reply, checkoutPage(checkout)) : notFoundPage(reply);
  });
  for (const [act, answer] of Object.entries(CHECKOUT_ACTS)) {
    app.post(`/checkout/:id/${act}`, async (request, reply) => {
      const id = readParam(request, 'id');
      refusalOf(() => actions.answerCheckout(id, answer));
      const [checkout] = core.checkouts.list((candidate) => candidate.id === id);
      return reply.redirect(checkout?.return_url ?? `/checkout/${id}`, 303);
    });
  }
}

function listRoutes(app: FastifyInstance, { mails, requests, faults }: Core): void {
  app.get('/inbox', async (request, reply) => {
    const to = readQuery(request, 'to');
    return sendPage(reply, inboxPage(mails.list(to), to ?? ''));
  });
  app.post('/inbox/clear', async (_request, reply) => {
    mails.remove();
    return reply.redirect('/inbox', 303);
  });
  app.get('/requests', async (request, reply) => {
    const provider = findProvider(readQuery(request, 'provider') ?? '');
    const view = { requests: requests.list(provider), providers: faults.providers, provider };
    return sendPage(reply, requestsPage(view));
  });
  app.post('/requests/clear', async (_request, reply) => {
    requests.remove();
    return reply.redirect('/requests', 303);
  });
}

function faultRoutes(app: FastifyInstance, { faults }: Core, actions: Actions): void {
  app.get('/faults', async (request, reply) => {
    const notice = NOTICES[readQuery(request, 'notice') ?? ''] ?? null;
    const gateways = actions.gateways.map((gateway) => ({
      gateway,
      faults: faults.get(gateway.provider),
    }));
    return sendPage(reply, faultsPage({ gateways, notice }));
  });
  app.post('/faults/:provider', async (request, reply) => {
    const { count, ...words } = Object.fromEntries(readForm(request));
    const left = count ? { count: Number(count) } : {};
    const notice = refusalOf(
      () => faults.put(readParam(request, 'provider'), { ...words, ...left }),
      'count',
    );
    return reply.redirect(notice ? `/faults?notice=${notice}` : '/faults', 303);
  });
  app.post('/faults/:provider/clear', async (request, reply) => {
    faults.put(readParam(request, 'provider'), {});
    return reply.redirect('/faults', 303);
  });
}

/** The notice for what a form asked in vain; empty when it was done. */
function refusalOf(act: () => unknown, word = 'answered'): string {
  try {
    act();
    return '';
  } catch (error) {
    return noticeFor(error, word);
  }
}

function noticeFor(error: unknown, word: string): string {
  if (!(error instanceof SandboxError)) throw error;
  return error.status === 404 ? 'forgotten' : word;
}
