import type { OpenApiDocument, Route } from '../desk/openapi.document.js';
import { SeededRandom } from '../desk/seeded.random.js';
import { BodyTwists, note } from './body.twists.js';
import type { Draft, Payload } from './draft.js';
import { makeForm } from './form.maker.js';
import { REQUEST_TWISTS } from './request.twists.js';
import { type KnownIds, ValueMaker } from './value.maker.js';

/** Whose token a request carries; those with more rights come up more often, as they get further. */
const ROLES = [
  'nobody',
  'customer',
  'customer',
  'customer2',
  'owner',
  'cashier',
  'staff',
  'staff',
  'staff2',
  'admin',
  'admin',
  'outsider',
] as const;
const PARAMETER = /\{([a-z_]+)\}/g;
/** Passwords are hashed slowly on purpose: their routes come up more rarely. */
const SLOW = /^\/api\/v1\/auth\/(token|register)/;

/** Routes that gateways call; they are not in the document, and anyone can reach them. */
const NOTIFICATIONS: readonly Route[] = [
  '/api/v1/payments/webhook/azam-pay/',
  '/orders/api/stripe-webhook/',
  '/orders/api/payment-webhook/',
  '/api/payments/webhooks/wave/',
  '/api/payments/webhooks/orange/',
  '/api/payments/webhooks/mtn/',
  '/api/payments/webhooks/chapa/',
].map((path) => ({
  method: 'POST',
  path,
  open: true,
  parameters: [],
  bodyType: 'application/json',
  bodySchema: {
    type: 'object',
    properties: {
      transactionstatus: { type: 'string', example: 'success' },
      utilityref: { type: 'string', example: 'MLP-1' },
      reference: { type: 'string' },
      order_reference: { type: 'string', example: '3' },
      status: { type: 'string', example: 'success' },
      amount: { type: 'string', example: '1250.00' },
      currency: { type: 'string', example: 'USD' },
      data: { type: 'object', properties: { id: { type: 'string' } } },
    },
  },
  bodyExample: undefined,
  statuses: [],
  page: false,
}));

/** Makes the n-th request of a seed: mostly one that could succeed, then twisted in up to three ways. */
export class RequestMaker {
  readonly routes: readonly Route[];
  private readonly values: ValueMaker;
  private readonly bodies: BodyTwists;

  constructor(
    document: OpenApiDocument,
    private readonly known: KnownIds,
    columns: readonly string[],
    private readonly seed: number,
  ) {
    this.routes = [...document.routes, ...NOTIFICATIONS];
    this.values = new ValueMaker(document, known);
    this.bodies = new BodyTwists(document, columns);
  }

  make(number: number): Draft {
    const random = new SeededRandom(this.seed, number);
    // Every route in turn, so that none is left out by chance.
    let route = this.routes[number % this.routes.length] as Route;
    if (SLOW.test(route.path) && random.chance(0.8)) route = random.pick(this.routes);
    const draft: Draft = {
      route,
      role: random.pick(ROLES),
      method: route.method,
      path: route.path.replaceAll(PARAMETER, () => '1'),
      query: [],
      headers: {},
      body: { kind: 'none' },
      twists: [],
      faults: [],
    };
    draft.path = this.path(route, random);
    draft.query = this.query(route, random);
    draft.body = this.body(route, draft, random);
    if (route.parameters.some(({ in: at }) => at === 'header') && random.chance(0.4)) {
      draft.headers['idempotency-key'] = `fuzz-${this.seed}-${number}`;
    }
    for (let twists = random.pick([0, 1, 1, 1, 2, 3]); twists > 0; twists -= 1) {
      if (draft.body.kind === 'json' && random.chance(0.6)) this.bodies.apply(draft, random);
      else random.pick(REQUEST_TWISTS)(draft, random);
    }
    return draft;
  }

  private path(route: Route, random: SeededRandom): string {
    const parts = route.path.split('/');
    return parts
      .map((part, at) => {
        if (!part.startsWith('{')) return part;
        const ids = this.known.idsOf(parts[at - 1] ?? '');
        return ids.length > 0 && random.chance(0.85)
          ? random.pick(ids)
          : String(1 + random.int(150));
      })
      .join('/');
  }

  private query(route: Route, random: SeededRandom): [string, string][] {
    return route.parameters
      .filter((parameter) => parameter.in === 'query')
      .filter(
        ({ required, name }) => required === true || random.chance(name === 'page' ? 0.05 : 0.08),
      )
      .map(({ name, schema = {} }) => {
        const value = this.values.value(name, schema, random, 0);
        return [
          name,
          encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value)),
        ];
      });
  }

  private body(route: Route, draft: Draft, random: SeededRandom): Payload {
    if (!route.bodySchema || route.bodyType === null) {
      return random.chance(0.1) ? { kind: 'json', value: { a: 1 } } : { kind: 'none' };
    }
    const value = this.values.body(route.bodySchema, route.bodyExample, random);
    if (route.bodyType === 'application/json') return { kind: 'json', value };
    const { bytes, type, twist } = makeForm(value, random);
    if (twist !== null) note(draft, twist);
    return { kind: 'raw', bytes, type };
  }
}
