import type { OpenApiDocument, Schema } from '../desk/openapi.document.js';
import type { SeededRandom } from '../desk/seeded.random.js';
import { bareToken, type Draft } from './draft.js';
import { isRecord } from './value.maker.js';

/** Stands in every value that must never come back in an answer to another request. */
export const POLLUTION = 'malipo-polluted';
/** Properties that the product reads from objects without asking whether they are their own. */
const POLLUTED = {
  details: POLLUTION,
  page_size: '1',
  code: POLLUTION,
  isAdmin: true,
  role: 'admin',
  account_id: 2,
  retryAfterS: 77,
};

const ODD_VALUES: readonly unknown[] = [
  null,
  '',
  ' ',
  'x'.repeat(70_000),
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202eevil\u202c',
  '👩🏿‍🚀'.repeat(300),
  'ﷺ',
  'Ünïcödé ሰላም',
  "'; --",
  '../../../../etc/passwd',
  'a\r\nx-injected: 1',
  '${7*7}{{7*7}}',
  '<script>alert(1)</script>',
  '%00%0a',
  -1,
  0,
  -0.5,
  1.5,
  0.1 + 0.2,
  2 ** 31,
  2 ** 53,
  1e21,
  bareToken('9223372036854775808'),
  bareToken('1e400'),
  bareToken('-0'),
  bareToken('100000000000000000000000000000.5'),
  '1e3',
  '1E+2',
  '0x10',
  '-5.00',
  '+5.00',
  '5.',
  '.5',
  '0.00',
  '1,000.00',
  '١٢٣',
  '1000000000000000000.00',
  '5.000000001',
  'NaN',
  'Infinity',
  'true',
  true,
  false,
  '2026-13-45',
  '2026-02-30',
  '99999-01-01',
  '-000001-01-01T00:00:00Z',
  '2026-01-01T25:61:61+99:99',
  '0000-00-00',
  '00000000-0000-4000-8000-000000000000',
];
const MONEY = /^(amount|total_price|unit_price|price|visit_cost)$/;
/** A sign, an exponent, or more than 15 digits is refused wherever money is named. */
const NEVER_MONEY: readonly unknown[] = [-1, -0.5, '1e3', '1E+2', '-5.00', '+5.00', 'NaN', 1e21];

interface Site {
  holder: Record<string, unknown>;
  schema: Schema;
}

/** Twists of one field or object of a JSON body. */
export class BodyTwists {
  constructor(
    private readonly document: OpenApiDocument,
    /** Columns of the product's tables: what a client must not be able to set. */
    private readonly columns: readonly string[],
  ) {}

  /** Changes the draft's JSON object in place; without one it does nothing. */
  apply(draft: Draft, random: SeededRandom): void {
    const site = this.siteOf(draft, random);
    if (!site) return;
    const twists: (() => void)[] = [
      () => this.odd(draft, site, random),
      () => this.odd(draft, site, random),
      () => this.wrongShape(draft, site, random),
      () => this.missing(draft, site, random),
      () => this.column(draft, site, random),
      () => this.proto(draft, site, random),
      () => this.deep(draft, site, random),
    ];
    random.pick(twists)();
  }

  /** An object of the body and its schema: the body itself, or one inside it. */
  private siteOf(draft: Draft, random: SeededRandom): Site | null {
    if (draft.body.kind !== 'json' || !isRecord(draft.body.value) || !draft.route.bodySchema)
      return null;
    let site: Site = {
      holder: draft.body.value,
      schema: this.document.resolve(draft.route.bodySchema),
    };
    while (random.chance(0.5)) {
      const inner = Object.entries(site.holder).flatMap(([name, value]) => {
        const schema = this.innerSchema(site.schema.properties?.[name]);
        const held: unknown = Array.isArray(value) ? value[0] : value;
        return schema?.properties && isRecord(held) ? [{ holder: held, schema }] : [];
      });
      if (inner.length === 0) return site;
      site = random.pick(inner);
    }
    return site;
  }

  private innerSchema(schema: Schema | undefined): Schema | undefined {
    if (!schema) return undefined;
    const own = this.document.resolve(schema);
    return own.type === 'array' && own.items ? this.document.resolve(own.items) : own;
  }

  private odd(draft: Draft, { holder, schema }: Site, random: SeededRandom): void {
    const name = this.field(schema, random);
    if (name === null) return;
    const value = random.pick(ODD_VALUES);
    holder[name] = value;
    note(draft, `${name} = ${JSON.stringify(value).slice(0, 40)}`);
    if (MONEY.test(name) && NEVER_MONEY.includes(value)) {
      refuse(draft, holder, `${name} is no amount`, () => holder[name] === value);
    }
  }

  /** An array or an object where a scalar belongs, and the other way round. */
  private wrongShape(draft: Draft, { holder, schema }: Site, random: SeededRandom): void {
    const name = this.field(schema, random);
    if (name === null) return;
    const property = this.document.resolve(schema.properties?.[name] ?? {});
    const scalar = ['string', 'integer', 'number', 'boolean'].includes(property.type ?? '');
    const before = holder[name];
    const shape = random.pick<unknown>(
      scalar
        ? [[], [before], { value: before }, {}, [[1]], { $gt: '' }, { length: 1e9 }]
        : [1, 'text', true, [null], [[]], 'x'.repeat(300), [1, 'a', {}]],
    );
    holder[name] = shape;
    note(draft, `${name} of another shape`);
    if (scalar) {
      refuse(draft, holder, `${name} is no ${property.type}`, () => holder[name] === shape);
    }
  }

  private missing(draft: Draft, { holder, schema }: Site, random: SeededRandom): void {
    const required = schema.required ?? [];
    const names = required.length > 0 && random.chance(0.7) ? required : Object.keys(holder);
    if (names.length === 0) return;
    const name = random.pick(names);
    delete holder[name];
    note(draft, `without ${name}`);
    if (required.includes(name)) {
      refuse(draft, holder, `${name} is required`, () => !Object.hasOwn(holder, name));
    }
  }

  private column(draft: Draft, { holder, schema }: Site, random: SeededRandom): void {
    const name = random.pick(this.columns);
    holder[name] = random.pick<unknown>([1, 2, 'completed', 'admin', true, '999999.00', null]);
    note(draft, `column ${name} injected`);
    const known = schema.properties ?? {};
    // A PUT may send the whole object back, and /api/payments/ ignores what it does not know.
    const lenient = draft.method === 'PUT' || draft.path.startsWith('/api/payments/');
    if (!(name in known) && !schema.additionalProperties && !lenient) {
      refuse(draft, holder, `${name} is no field`, () => Object.hasOwn(holder, name));
    }
  }

  private proto(draft: Draft, { holder }: Site, random: SeededRandom): void {
    const name = random.pick([
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'hasOwnProperty',
    ]);
    const value = name === 'constructor' ? { prototype: POLLUTED } : POLLUTED;
    // Assigning to __proto__ would change the object instead of adding to it.
    Object.defineProperty(holder, name, {
      value: random.chance(0.3)
        ? { ...value, nested: { constructor: { prototype: POLLUTED } } }
        : value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    note(draft, `${name} injected`);
  }

  private deep(draft: Draft, { holder, schema }: Site, random: SeededRandom): void {
    const name = this.field(schema, random) ?? 'deep';
    const levels = random.pick([20, 200, 3_000]);
    const open = random.chance(0.5);
    const text = open
      ? `${'['.repeat(levels)}${']'.repeat(levels)}`
      : `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    holder[name] = JSON.parse(text);
    note(draft, `${name} nested ${levels} deep`);
  }

  private field(schema: Schema, random: SeededRandom): string | null {
    const names = Object.keys(schema.properties ?? {});
    return names.length === 0 ? null : random.pick(names);
  }
}

export function note(draft: Draft, twist: string): void {
  draft.twists.push(twist);
}

/** Success is wrong as long as `stands` is true and `holder` is still part of the body. */
export function refuse(
  draft: Draft,
  holder: Record<string, unknown>,
  why: string,
  stands: () => boolean,
): void {
  draft.faults.push({
    why,
    stands: () => draft.body.kind === 'json' && holds(draft.body.value, holder) && stands(),
  });
}

function holds(value: unknown, wanted: unknown, depth = 0): boolean {
  if (value === wanted) return true;
  if (typeof value !== 'object' || value === null || depth > 8) return false;
  return Object.values(value).some((inner) => holds(inner, wanted, depth + 1));
}
