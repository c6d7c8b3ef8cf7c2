import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import helmet from '@fastify/helmet';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../config/index.js';
import { serveDocs } from './docs/docs.pages.js';
import { HealthRegistry } from './health/health.registry.js';
import { Metrics } from './health/metrics.service.js';
import { Claims } from './idempotency/claims.service.js';
import { settleClaim } from './idempotency/claim.settler.js';
import { JsonLogger } from './logging/json.logger.js';
import { addBodyParsers, BODY_LIMIT } from './server/body.parsers.js';
import { closeUnusedConnections } from './server/closing.connections.js';
import { answerClientError, answerFrameworkError } from './server/framework.errors.js';
import { addRequestHooks, requestIdOf } from './server/request.hooks.js';
import { isDocsPath, securityHeaders } from './server/security.headers.js';

const REQUEST_TIMEOUT_MS = 35_000;

/**
 * The HTTP application around `module` (which imports `HttpModule`), ready for `listen`. Everything that
 * holds for all routes is set up here and nowhere else.
 */
export async function createHttpApp(
  module: Type | DynamicModule,
  config: Config,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, createAdapter(config), {
    logger: new JsonLogger(config),
    bodyParser: false,
    // A start that fails is the caller's to report: by default Nest ends the process itself.
    abortOnError: false,
  });
  const server = app.getHttpAdapter().getInstance();
  addRequestHooks(server, { health: app.get(HealthRegistry), metrics: app.get(Metrics) });
  closeUnusedConnections(server);
  addBodyParsers(server, config.webhookMaxBodyBytes);
  const claims = app.get(Claims);
  server.addHook('onSend', (request, reply, payload) =>
    settleClaim(claims, request, reply, payload),
  );
  const pageHeaders = securityHeaders('page', config.publicUrl);
  server.addHook('onRoute', (route) => {
    if (isDocsPath(route.url)) route.helmet = pageHeaders;
  });
  await app.register(helmet, securityHeaders('data', config.publicUrl));
  allowOrigins(app, config.corsOrigins);
  serveDocs(app, config);
  return app;
}

function createAdapter(config: Config): FastifyAdapter {
  return new FastifyAdapter({
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 256 },
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    genReqId: requestIdOf,
    requestIdHeader: false,
    // Exactly so many hops: what stands further left in X-Forwarded-For was written by the caller.
    trustProxy: (_address: string, hop: number) => hop < config.trustedProxies,
    // The refusal in our own shape comes from the request hook.
    return503OnClosing: false,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
  });
}

/** Browsers of these origins may read answers; none by default. `*` stands for any. */
function allowOrigins(app: NestFastifyApplication, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.enableCors({
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'X-Request-Id'],
    exposedHeaders: ['Content-Disposition', 'Idempotent-Replayed', 'Retry-After', 'X-Request-Id'],
    maxAge: 3600,
  });
}
