import { readFile } from 'node:fs/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config/index.js';
import { findRedocBundle } from '../docs-assets.js';
import { buildDocument } from './openapi.document.js';

const TITLE = 'Malipo API';
const REDOC_BUNDLE = '/redoc/redoc.standalone.js';

/** Swagger UI, ReDoc and the schema, each at both of its documented addresses. */
export function serveDocs(app: NestFastifyApplication, config: Config): void {
  let document: OpenAPIObject | undefined;
  const getDocument = () => (document ??= buildDocument(app, config));
  const swagger = {
    customSiteTitle: TITLE,
    raw: ['json' as const],
    swaggerOptions: {
      persistAuthorization: true,
      displayRequestDuration: true,
      docExpansion: 'list',
      // The schemas stay folded: each operation shows its own.
      defaultModelsExpandDepth: 0,
      tryItOutEnabled: true,
    },
  };
  SwaggerModule.setup('swagger', app, getDocument, { ...swagger, jsonDocumentUrl: 'swagger.json' });
  SwaggerModule.setup('api/schema/swagger-ui', app, getDocument, {
    ...swagger,
    jsonDocumentUrl: 'api/schema',
  });
  const server: FastifyInstance = app.getHttpAdapter().getInstance();
  serveRedoc(server, new URL(config.publicUrl).pathname.replace(/\/$/, ''));
}

function serveRedoc(server: FastifyInstance, basePath: string): void {
  const page = redocPage(basePath);
  for (const path of ['/redoc', '/api/schema/redoc']) {
    server.get(path, (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
  }
  let bundle: Promise<string> | undefined;
  server.get(REDOC_BUNDLE, async (_request, reply) => {
    bundle ??= readRedoc();
    return reply
      .type('application/javascript; charset=utf-8')
      .header('cache-control', 'public, max-age=3600')
      .send(await bundle);
  });
}

/** ReDoc without the one picture it would fetch from its maker. */
async function readRedoc(): Promise<string> {
  const text = await readFile(findRedocBundle(), 'utf8');
  return text.replaceAll('https://cdn.redoc.ly/redoc/logo-mini.svg', 'data:,');
}

function redocPage(basePath: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${TITLE}</title>
    <link rel="icon" href="data:,">
    <style>body { margin: 0 }</style>
  </head>
  <body>
    <redoc spec-url="${basePath}/swagger.json"></redoc>
    <script src="${basePath}${REDOC_BUNDLE}"></script>
  </body>
</html>
`;
}
