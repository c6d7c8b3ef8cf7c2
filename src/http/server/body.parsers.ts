import { isUtf8 } from 'node:buffer';
import multipart from '@fastify/multipart';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../../common/index.js';

/** Largest body of ordinary routes, in bytes. */
export const BODY_LIMIT = 256 * 1024;
const MAX_DEPTH = 32;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json(?:$|[\s;])/i;
const FORM_TYPE = 'application/x-www-form-urlencoded';
const PROTOTYPE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
// With the flag u this matches a surrogate only where its partner is missing.
const UNSTORABLE = /\0|[\ud800-\udfff]/u;

/**
 * Reads bodies: bytes as they came for webhooks, else JSON or a form. An empty body is `{}`. Text that
 * the database cannot hold and nesting that would exhaust the stack are refused here, once for all.
 */
export function addBodyParsers(server: FastifyInstance, webhookMaxBodyBytes: number): void {
  server.removeAllContentTypeParsers();
  server.addHook('onRoute', (route) => {
    if (route.config?.rawWebhook) route.bodyLimit = webhookMaxBodyBytes;
  });
  keepWebhookBytes(server);
  const options = { parseAs: 'buffer', bodyLimit: BODY_LIMIT } as const;
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser(JSON_TYPE, options, (request, body: Buffer, done) => {
    if (request.is404) return done(null, undefined);
    const text = readText(body);
    if (depthOf(text) > MAX_DEPTH) throw refusal('The body is nested too deeply');
    if (text.trim() === '') done(null, {});
    else {
      void parseJson(request, text, (error, value: unknown) => {
        // Only an escape can spell such a character: bare ones are neither JSON nor UTF-8.
        const bad = !error && text.includes('\\u') && holdsUnstorable(value);
        done(bad ? unstorable() : error, value);
      });
    }
  });
  server.addContentTypeParser(FORM_TYPE, options, (request, body: Buffer, done) => {
    done(null, request.is404 ? undefined : readForm(readText(body)));
  });
  addMultipart(server);
  server.addContentTypeParser('*', options, (request, body: Buffer, done) => {
    if (isRaw(request)) done(null, body);
    else if (request.is404 || body.length === 0) done(null, {});
    else done(new UnsupportedMediaTypeException());
  });
}

/** Forms with files: the route's own interceptor reads them, part by part, and no other route takes any. */
function addMultipart(server: FastifyInstance): void {
  void server.register(multipart);
  server.addHook('preValidation', (request, _reply, done) => {
    const unexpected = request.isMultipart() && !request.is404 && !takesUpload(request);
    done(unexpected ? new UnsupportedMediaTypeException() : undefined);
  });
}

function takesUpload(request: FastifyRequest): boolean {
  return request.routeOptions.config.upload === true;
}

function isRaw(request: FastifyRequest): boolean {
  return request.routeOptions.config.rawWebhook === true;
}

/**
 * Fastify picks a parser by Content-Type and refuses a malformed one before any parser runs. A webhook's
 * body counts, not its label, so the label is set aside until the bytes are read.
 */
function keepWebhookBytes(server: FastifyInstance): void {
  const labels = new WeakMap<FastifyRequest, string | undefined>();
  server.addHook('onRequest', (request, _reply, done) => {
    if (isRaw(request)) {
      labels.set(request, request.headers['content-type']);
      request.headers['content-type'] = 'application/octet-stream';
    }
    done();
  });
  server.addHook('preValidation', (request, _reply, done) => {
    if (labels.has(request)) request.headers['content-type'] = labels.get(request);
    done();
  });
}

function refusal(message: string): DomainError {
  return new DomainError('invalid', 'malformed_body', message);
}

function unstorable(): DomainError {
  return new DomainError(
    'invalid',
    'invalid_text',
    'Texts must not hold NUL characters or lone surrogates',
  );
}

function readText(body: Buffer): string {
  if (!isUtf8(body)) throw refusal('The body is not valid UTF-8');
  const text = body.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** Deepest nesting of brackets outside of strings; of text that is not JSON, some number. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === 0x5c) at += 1;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) deepest = Math.max(deepest, (depth += 1));
    else if (char === 0x7d || char === 0x5d) depth -= 1;
  }
  return deepest;
}

/** @throws DomainError `invalid_text` when a text, or a name, is one that the database cannot hold. */
export function assertStorable(value: unknown): void {
  if (holdsUnstorable(value)) throw unstorable();
}

function holdsUnstorable(value: unknown): boolean {
  if (typeof value === 'string') return UNSTORABLE.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, inner]) => UNSTORABLE.test(key) || holdsUnstorable(inner),
  );
}

function readForm(text: string): Record<string, string | string[]> {
  const form: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    if (PROTOTYPE_KEYS.has(name)) throw refusal(`The field name ${name} is forbidden`);
    if (UNSTORABLE.test(name) || UNSTORABLE.test(value)) throw unstorable();
    const earlier = form[name];
    form[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return form;
}
