import { type AccessDesk, type Caller, CALLERS } from './access.desk.js';

/** A request that succeeds for whom it may. */
export interface Target {
  path: string;
  /** JSON, or the bytes of a form. */
  body?: unknown;
}

export type Maker = (desk: AccessDesk, template: string) => Promise<Target>;

/** A route as the OpenAPI document prints it, and the status that each caller gets. */
export interface AccessRow {
  route: string;
  method: string;
  template: string;
  statuses: Record<Caller, number>;
  make: Maker;
  /** Fields of the body that name objects of the account: absent and foreign ones are told apart by none. */
  refs: readonly string[];
}

/** `statuses` stand in the order of `CALLERS`, between spaces. */
export function row(
  route: string,
  statuses: string,
  make: Maker = plain(),
  refs: readonly string[] = [],
): AccessRow {
  const [method = '', template = ''] = route.split(' ');
  const numbers = statuses.split(' ').map(Number);
  if (numbers.length !== CALLERS.length) throw new Error(`${route}: a status for each caller`);
  const entries = CALLERS.map((caller, index) => [caller, numbers[index]]);
  const byCaller = Object.fromEntries(entries) as AccessRow['statuses'];
  return { route, method, template, statuses: byCaller, make, refs };
}

type Body = unknown;
type BodyMaker = (desk: AccessDesk) => Body;

function bodyOf(desk: AccessDesk, body: Body): Body {
  return typeof body === 'function' ? (body as BodyMaker)(desk) : body;
}

/** A route without an object in its path. */
export function plain(body?: Body): Maker {
  return async (desk, template) => targetOf(template, await bodyOf(desk, body));
}

/** A route of the object that `object` makes. */
export function of(object: (desk: AccessDesk) => Promise<number | string>, body?: Body): Maker {
  return async (desk, template) => {
    const id = await object(desk);
    return targetOf(template.replace(/\{[a-z_]+\}/, String(id)), await bodyOf(desk, body));
  };
}

export function targetOf(path: string, body: unknown): Target {
  return body === undefined ? { path } : { path, body };
}
