import type { Route } from '../desk/openapi.document.js';

/** A body before it is written: JSON as a value, anything else as bytes with the type it claims. */
export type Payload =
  | { kind: 'none' }
  | { kind: 'json'; value: unknown }
  | { kind: 'raw'; bytes: Buffer; type: string | null };

/** A request that is still being put together. */
export interface Draft {
  route: Route;
  role: string;
  method: string;
  path: string;
  /** Already escaped. */
  query: [string, string][];
  headers: Record<string, string>;
  body: Payload;
  /** What was done to it, in order. */
  twists: string[];
  /** What makes a success wrong, as long as no later twist has undone it. */
  faults: Fault[];
}

export interface Fault {
  why: string;
  /** Whether the finished request still has it. */
  stands(): boolean;
}

/** Why success would be wrong; null where success is as good as a refusal. */
export function mustRefuse(draft: Draft): string | null {
  // Another method may not read the body at all, and notifications may say what they like.
  if (draft.method !== draft.route.method || draft.route.statuses.length === 0) return null;
  return draft.faults.find((fault) => fault.stands())?.why ?? null;
}

/** What goes over the wire. */
export interface WireRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | null;
}

/** A string of this form is written as the bare token inside it: numbers that no JavaScript number holds. */
export function bareToken(token: string): string {
  return `@@bare:${token}@@`;
}
const BARE = /"@@bare:([^"]*)@@"/g;

export function jsonOf(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replaceAll(BARE, '$1');
}

export function wireOf(draft: Draft, token: string | null): WireRequest {
  const query = draft.query.map(([name, value]) => `${name}=${value}`).join('&');
  const headers: Record<string, string> = {
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...draft.headers,
  };
  const body = bytesOf(draft.body);
  const type = draft.body.kind === 'raw' ? draft.body.type : 'application/json';
  if (body !== null && type !== null && headers['content-type'] === undefined) {
    headers['content-type'] = type;
  }
  return {
    method: draft.method,
    path: query === '' ? draft.path : `${draft.path}?${query}`,
    headers,
    body,
  };
}

function bytesOf(payload: Payload): Buffer | null {
  if (payload.kind === 'none') return null;
  return payload.kind === 'raw' ? payload.bytes : Buffer.from(jsonOf(payload.value));
}

/** The exact request as a command line, for whoever looks into a failure. */
export function asCommand(wire: WireRequest): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  const headers = Object.entries(wire.headers).map(([name, value]) =>
    name === 'authorization' && value.length > 60
      ? `-H 'authorization: Bearer …'`
      : `-H ${quoted(`${name}: ${value}`)}`,
  );
  const body = wire.body === null ? [] : [`--data-binary ${quoted(shown(wire.body))}`];
  return ['curl -X', wire.method, ...headers, ...body, quoted(`$API${wire.path}`)].join(' ');
}

function shown(body: Buffer): string {
  const text = body.toString('utf8');
  return text.length <= 1_500 ? text : `${text.slice(0, 1_500)}… (${body.length} bytes)`;
}
