import type { FastifyRequest } from 'fastify';
import { SandboxError } from '../core/sandbox.error.js';

export type Fields = Readonly<Record<string, unknown>>;

/** The JSON object of a request; an empty body is `{}`. @throws SandboxError 400. */
export function readJson(request: FastifyRequest): Fields {
  const text = textOf(request);
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SandboxError(400, 'The body is not JSON');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new SandboxError(400, 'The body must be a JSON object');
}

/** Fields of a form that a page posted. */
export function readForm(request: FastifyRequest): URLSearchParams {
  return new URLSearchParams(textOf(request));
}

/** A query parameter; null when absent or given empty. @throws SandboxError 400 when given twice. */
export function readQuery(request: FastifyRequest, name: string): string | null {
  const value = (request.query as Fields)[name];
  if (value === undefined || value === '') return null;
  if (typeof value === 'string') return value;
  throw new SandboxError(400, `${name}: give it once`);
}

export function readParam(request: FastifyRequest, name: string): string {
  return (request.params as Readonly<Record<string, string>>)[name] ?? '';
}

/** A text field of a JSON body. @throws SandboxError 400 when missing, unless it may be empty. */
export function readText(fields: Fields, name: string, options = { empty: false }): string {
  const value = fields[name];
  if (typeof value === 'string' && (options.empty || value.trim() !== '')) return value;
  throw new SandboxError(400, `${name}: must be a text`);
}

function textOf(request: FastifyRequest): string {
  return Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
}
