import type { FastifyHelmetOptions } from '@fastify/helmet';

/** Where people look at pages; everything else answers data. */
const DOCS = /^\/(swagger|redoc|api\/schema)(\/|$)/;

type Directives = Record<string, string[]>;

const DATA: Directives = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** Swagger UI styles its elements inline; ReDoc searches in a worker made from a blob. */
const PAGES: Directives = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'worker-src': ["'self'", 'blob:'],
  'base-uri': ["'self'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
};

export function isDocsPath(url: string): boolean {
  return DOCS.test(url);
}

/**
 * Headers for `page` or data. HSTS and `upgrade-insecure-requests` only where the public URL is https:
 * over plain HTTP on a LAN address they would leave the docs pages blank.
 */
export function securityHeaders(kind: 'data' | 'page', publicUrl: string): FastifyHelmetOptions {
  const https = publicUrl.startsWith('https:');
  const directives = { ...(kind === 'page' ? PAGES : DATA) };
  if (https && kind === 'page') directives['upgrade-insecure-requests'] = [];
  return {
    contentSecurityPolicy: { useDefaults: false, directives },
    strictTransportSecurity: https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    frameguard: { action: 'deny' },
    // Only over https do browsers honour these; over HTTP they complain.
    crossOriginOpenerPolicy: https,
    originAgentCluster: https,
  };
}
