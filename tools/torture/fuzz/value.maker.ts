import type { OpenApiDocument, Schema } from '../desk/openapi.document.js';
import type { SeededRandom } from '../desk/seeded.random.js';

/** Ids of objects seen so far, by the folder they stand in, as text. */
export interface KnownIds {
  idsOf(folder: string): readonly string[];
}

const REFERENCES: Record<string, string> = {
  booking: 'bookings',
  booking_id: 'bookings',
  invoice: 'invoices',
  invoice_id: 'invoices',
  order: 'orders',
  order_id: 'orders',
  property: 'properties',
  drawer: 'cash-drawers',
  drawer_id: 'cash-drawers',
  session: 'sessions',
  product: 'products',
  shipping_address: 'addresses',
  payment: 'payments',
};
const WORDS = ['Dinner', 'left early', 'Zanzibar', 'CRDB 77', 'statement', 'Fundi', 'n'];
const AMOUNTS = ['1000.00', '5000.00', '50000.00', '1.00', 100, '12.50', '2304.00', '0.01'];
const CURRENCIES = ['TZS', 'USD', 'ETB', 'XOF', 'KES', 'UGX'];
const PEOPLE = ['customer@malipo.test', 'owner@malipo.test', 'outsider@malipo.test'];
const PHONES = ['255653294241', '+255 754 000 111', '0911234567', '255684000001', '255684000002'];

/** Values that a client would really send, from the schema and the name of the field. */
export class ValueMaker {
  constructor(
    private readonly document: OpenApiDocument,
    private readonly known: KnownIds,
  ) {}

  /** The whole body of a route; optional fields are there more often than not. */
  body(schema: Schema, example: unknown, random: SeededRandom): unknown {
    const bare = Object.keys(this.document.resolve(schema).properties ?? {}).length === 0;
    if (isRecord(example) && (bare || random.chance(0.35))) return structuredClone(example);
    return this.value('', schema, random, 0);
  }

  value(name: string, given: Schema, random: SeededRandom, depth: number): unknown {
    const schema = this.document.resolve(given);
    if (schema.nullable && random.chance(0.05)) return null;
    const variants = schema.oneOf ?? schema.anyOf;
    const own = this.named(name, random);
    if (own !== undefined && random.chance(0.85)) return own;
    if (schema.enum?.length) return random.pick(schema.enum);
    if (schema.example !== undefined && random.chance(0.6)) return structuredClone(schema.example);
    if (variants?.length) return this.value(name, random.pick(variants), random, depth);
    return this.typed(name, schema, random, depth);
  }

  private named(name: string, random: SeededRandom): unknown {
    const folder = REFERENCES[name];
    if (folder !== undefined) {
      const ids = this.known.idsOf(folder);
      if (ids.length > 0) return numeric(random.pick(ids));
    }
    if (/amount|price|cost|total/.test(name)) return random.pick(AMOUNTS);
    if (name.endsWith('currency')) return random.pick(CURRENCIES);
    if (name.includes('phone')) return random.pick(PHONES);
    if (name === 'customer' || name === 'owner') return random.pick(PEOPLE);
    if (name === 'version') return 1 + random.int(3);
    if (name === 'quantity') return 1 + random.int(4);
    return undefined;
  }

  private typed(name: string, schema: Schema, random: SeededRandom, depth: number): unknown {
    switch (schema.type) {
      case 'integer':
      case 'number':
        return (schema.minimum ?? 0) + random.int(Math.min(schema.maximum ?? 20, 200) + 1);
      case 'boolean':
        return random.chance(0.5);
      case 'array':
        return Array.from({ length: (schema.minItems ?? 0) + random.int(3) }, () =>
          this.value(name, schema.items ?? {}, random, depth + 1),
        );
      case 'object':
        return this.object(schema, random, depth);
      default:
        return text(schema, random);
    }
  }

  private object(schema: Schema, random: SeededRandom, depth: number): unknown {
    if (depth > 6) return {};
    const made: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const needed = schema.required?.includes(name) ?? false;
      if (needed || random.chance(0.6)) made[name] = this.value(name, property, random, depth + 1);
    }
    return made;
  }
}

function text(schema: Schema, random: SeededRandom): string {
  switch (schema.format) {
    case 'date':
      return `2026-0${1 + random.int(9)}-1${random.int(10)}`;
    case 'date-time':
      return `2026-0${1 + random.int(9)}-1${random.int(10)}T05:12:00Z`;
    case 'uuid':
      return '00000000-0000-4000-8000-000000000000';
    case 'email':
      return `fuzz-${random.int(100_000)}@example.test`;
    case 'uri':
      return 'http://127.0.0.1:9/done';
    case 'password':
      return 'karibu-zanzibar';
    default:
      return random.pick(WORDS);
  }
}

function numeric(id: string): unknown {
  return /^\d{1,15}$/.test(id) ? Number(id) : id;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
