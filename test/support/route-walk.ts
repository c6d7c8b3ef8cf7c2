import type { Answer, Api } from './api.js';

export interface Route {
  method: string;
  /** As the OpenAPI document prints it, with `{id}` and the like. */
  path: string;
  /** The documented body; undefined where there is none. */
  example: unknown;
}

interface Operation {
  requestBody?: { content?: Record<string, { example?: unknown }> };
}

/** How many of the newest objects of each list are asked for one by one. */
const OBJECTS = 5;
const PAGES = 20;
/** Objects that no list tells of: ids of the demo, and what a fresh database counts from. */
const USUAL_IDS = ['1', '2', '123', '124'];

/** Every route of the OpenAPI document. */
export async function routesOf(api: Api): Promise<Route[]> {
  const { body } = await api.get<{ paths: Record<string, Record<string, Operation>> }>(
    '/api/schema/',
  );
  return Object.entries(body.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      example: requestBody?.content?.['application/json']?.example,
    })),
  );
}

/** The route's paths with the ids of objects that `teller` sees in the list above it. */
export async function pathsOf({ path }: Route, teller: Api): Promise<string[]> {
  const at = path.indexOf('{');
  if (at < 0) return [path];
  const listed = await objectsOf(teller, path.slice(0, at));
  const ids = new Set([...listed.slice(0, OBJECTS), ...USUAL_IDS]);
  return [...ids].map((id) => path.replaceAll(/\{[a-z_]+\}/g, id));
}

async function objectsOf(teller: Api, list: string): Promise<string[]> {
  const { body } = await teller.get<{ results?: unknown }>(`${list}?page_size=20`);
  const rows: unknown = Array.isArray(body) ? body : body.results;
  if (!Array.isArray(rows)) return [];
  return rows.flatMap((row: { id?: unknown; uuid?: unknown }) =>
    [row.id, row.uuid].filter((id) => id !== undefined).map(String),
  );
}

/** The answers to `path` and to the pages behind it. */
export async function pagesOf(api: Api, path: string): Promise<Answer<{ next?: unknown }>[]> {
  const answers = [await api.get<{ next?: unknown }>(path)];
  for (let next = answers[0]?.body.next; typeof next === 'string' && answers.length < PAGES;) {
    const answer = await api.get<{ next?: unknown }>(next);
    answers.push(answer);
    next = answer.body.next;
  }
  return answers;
}

/** All that an answer carries, as text. */
export function textOf({ headers, body }: Answer<unknown>): string {
  return JSON.stringify([Object.fromEntries(headers), body]);
}
