import { ServerResponse } from 'node:http';
import type { createRequire } from 'node:module';
import { answerLabel, callLabel } from './http.label.js';
import { ANSWERED_MS, LOCKED_MS, type PointGate } from './point.gate.js';
import { SessionWatch } from './session.watch.js';

/** `require` as the product's own program has it: the very modules that it uses. */
type Require = ReturnType<typeof createRequire>;
type Callable = (this: unknown, ...args: unknown[]) => unknown;
type Method<Name extends string> = Record<Name, Callable>;

const stillForEver = (): Promise<never> => new Promise(() => undefined);

/** Commits, by whatever way the product has to the database. */
export function patchDatabase(
  require: Require,
  gate: PointGate,
  writers: ReadonlySet<string>,
): void {
  const { prototype } = (require('pg') as { Client: { prototype: Method<'query'> } }).Client;
  const original = prototype.query;
  const watches = new WeakMap<object, SessionWatch>();
  prototype.query = function query(this: unknown, ...args: unknown[]): unknown {
    const client = this as object;
    let watch = watches.get(client);
    if (!watch) watches.set(client, (watch = new SessionWatch(writers)));
    const text = textOf(args[0]);
    const commit = text === null ? null : watch.see(text);
    if (!commit) return original.apply(this, args);
    const mostMs = commit.locks ? LOCKED_MS : Infinity;
    if (gate.reach(`before ${commit.label}`, mostMs)) return stillForEver();
    const after = `after ${commit.label}`;
    const callback = args.findIndex((arg) => typeof arg === 'function');
    if (callback >= 0) {
      args[callback] = afterCallback(args[callback] as Callable, () => gate.reach(after));
      return original.apply(this, args);
    }
    const answer = original.apply(this, args);
    if (!(answer instanceof Promise)) return answer;
    return answer.then((result: unknown) => (gate.reach(after) ? stillForEver() : result));
  };
}

function textOf(query: unknown): string | null {
  if (typeof query === 'string') return query;
  const { text } = (query ?? {}) as { text?: unknown };
  return typeof text === 'string' ? text : null;
}

/** A commit that failed is none. */
function afterCallback(callback: Callable, stand: () => boolean): Callable {
  return function called(this: unknown, error: unknown, ...results: unknown[]): unknown {
    if (!error && stand()) return undefined;
    return callback.call(this, error, ...results);
  };
}

interface Dispatched {
  path: string;
  method: string;
}

/** Calls through undici's `dispatch`, which is how gateways are called. */
export function patchCalls(require: Require, gate: PointGate): void {
  const { Agent } = require('undici') as { Agent: { prototype: Method<'dispatch'> } };
  const original = Agent.prototype.dispatch;
  Agent.prototype.dispatch = function dispatch(this: unknown, ...args: unknown[]): unknown {
    const [options, handler] = args as [Dispatched, object];
    const label = callLabel(options.method, options.path);
    if (gate.reach(`before ${label}`)) return true;
    return original.call(
      this,
      options,
      standingAtTheEnd(handler, () => gate.reach(`after ${label}`)),
    );
  };
}

/** The handler never hears that its answer is complete. */
function standingAtTheEnd(handler: object, stand: () => boolean): object {
  return new Proxy(handler, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const method = value as Callable;
      if (name !== 'onResponseEnd' && name !== 'onComplete') return method.bind(target);
      return (...args: unknown[]) => (stand() ? undefined : method.apply(target, args));
    },
  });
}

/** Calls through `fetch`: mails to the sandbox's inbox. Reads ask how somebody is, and change nothing. */
export function patchFetch(gate: PointGate): void {
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const method = init?.method ?? 'GET';
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    if (method === 'GET') return original(input, init);
    const label = `call ${method} ${pathname}`;
    if (gate.reach(`before ${label}`)) return stillForEver();
    const answer = await original(input, init);
    return gate.reach(`after ${label}`) ? stillForEver() : answer;
  };
}

/** What the product answers to whoever asked for something, and to gateways that notify it. */
export function patchAnswers(gate: PointGate): void {
  const prototype = ServerResponse.prototype as unknown as Method<'end'>;
  const original = prototype.end;
  prototype.end = function end(this: unknown, ...args: unknown[]): unknown {
    const response = this as ServerResponse;
    const { method = '', url = '' } = response.req;
    const label = answerLabel(method, url);
    if (label === null) return original.apply(this, args);
    if (gate.reach(`before ${label}`)) return this;
    response.once('finish', () => gate.reach(`after ${label}`, ANSWERED_MS));
    return original.apply(this, args);
  };
}
