import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { checkoutRoutes } from './api/checkouts.routes.js';
import { controlRoutes } from './api/control.routes.js';
import { eventRoutes } from './api/events.routes.js';
import { faultRoutes } from './api/faults.routes.js';
import { refuseForeignPages } from './api/loopback.hook.js';
import { mailRoutes } from './api/mails.routes.js';
import { promptRoutes } from './api/prompts.routes.js';
import { requestRoutes } from './api/requests.routes.js';
import { Journal } from './core/journal.js';
import { SandboxError } from './core/sandbox.error.js';
import { mountGateway } from './gateways/gateway.mount.js';
import type { GatewayFactory } from './gateways/gateway.types.js';
import { GATEWAYS } from './gateways/gateway.registry.js';
import { notFoundPage } from './pages/not-found.page.js';
import { pageRoutes } from './pages/pages.routes.js';
import { Actions } from './sandbox.actions.js';
import { type Core, createCore } from './sandbox.core.js';
import { resolveOptions, type SandboxOptions } from './sandbox.options.js';

export interface RunningSandbox {
  /** Without trailing slash. */
  readonly url: string;
  /** Where notifications and the clock go from now on. */
  setTarget(malipoUrl: string): void;
  close(): Promise<void>;
}

const BODY_LIMIT_BYTES = 2 * 1024 * 1024;
const EXPIRY_LOOK_MS = 500;

/**
 * Starts a sandbox of its own, with its own memory; several can run in one process.
 * `factories` are the gateways that answer: all there are by default.
 * @throws Error when the host is not on this machine or the port is taken.
 */
export async function startSandbox(
  options: SandboxOptions = {},
  factories: readonly GatewayFactory[] = GATEWAYS,
): Promise<RunningSandbox> {
  const settings = resolveOptions(options);
  const app = createApp();
  const core = createCore(settings, (error) => app.log.error(error));
  const journal = openJournal(app, core);
  const gateways = await Promise.all(factories.map((create) => create(core)));
  const actions = new Actions(core, gateways);
  for (const gateway of gateways) {
    core.faults.add(gateway.provider, gateway.furtherOperations);
    await mountGateway(app, gateway, core.requests);
    gateway.controls?.(app);
  }
  promptRoutes(app, core, actions);
  checkoutRoutes(app, core, actions);
  mailRoutes(app, core);
  faultRoutes(app, core);
  requestRoutes(app, core);
  controlRoutes(app, core, actions);
  eventRoutes(app, core);
  pageRoutes(app, core, actions);
  await app.listen({ host: settings.host, port: settings.port });
  return running(app, core, journal);
}

function openJournal(app: FastifyInstance, { settings, bus }: Core): Journal | null {
  if (settings.journalFile === null) return null;
  return new Journal(settings.journalFile, bus, (error) => app.log.error(error));
}

function createApp(): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    // Event streams and calls that hang on purpose would keep a shutdown waiting.
    forceCloseConnections: true,
    logger: { level: 'warn' },
    routerOptions: { ignoreTrailingSlash: true },
  });
  // Every body arrives as the bytes that were sent: the request log shows them, and each gateway
  // judges by its own rules what it can read.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  refuseForeignPages(app);
  app.setErrorHandler(async (error: FastifyError | SandboxError, request, reply) => {
    const status = error instanceof SandboxError ? error.status : (error.statusCode ?? 500);
    if (status >= 500 && !(error instanceof SandboxError)) request.log.error(error);
    return reply.code(status).send({ error: status === 500 ? 'Internal error' : error.message });
  });
  app.setNotFoundHandler(async (request, reply) => {
    const isPage = (request.headers.accept ?? '').includes('text/html');
    if (isPage && request.method === 'GET') return notFoundPage(reply);
    return reply.code(404).send({ error: `There is no ${request.method} ${request.url}` });
  });
  return app;
}

function running(app: FastifyInstance, core: Core, journal: Journal | null): RunningSandbox {
  const look = setInterval(() => core.prompts.expireDue(), EXPIRY_LOOK_MS);
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : core.settings.port;
  const { host } = core.settings;
  return {
    url: `http://${host.includes(':') ? `[${host.replaceAll(/[[\]]/g, '')}]` : host}:${port}`,
    setTarget: (malipoUrl) => core.target.set(malipoUrl),
    close: async () => {
      clearInterval(look);
      await core.background.stopAll();
      await app.close();
      await journal?.close();
    },
  };
}
