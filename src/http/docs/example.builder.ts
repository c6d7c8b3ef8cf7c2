import type { OpenAPIObject } from '@nestjs/swagger';

/** The parts of a schema that an example is made of. */
interface Schema {
  $ref?: string;
  type?: string;
  example?: unknown;
  default?: unknown;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  allOf?: Schema[];
  oneOf?: Schema[];
  nullable?: boolean;
}

const MAX_DEPTH = 8;

/**
 * The example of a schema, put together from those of its properties. Undefined where a part that every
 * answer has gives none: a page shows no half example.
 */
export function exampleOf(schema: unknown, document: OpenAPIObject, depth = 0): unknown {
  const part = schema as Schema | undefined;
  if (!part || depth > MAX_DEPTH) return undefined;
  if (part.example !== undefined) return part.example;
  if (part.$ref) return exampleOf(resolve(part.$ref, document), document, depth + 1);
  const [first] = part.oneOf ?? [];
  if (first) return exampleOf(first, document, depth + 1);
  if (part.allOf) return mergedExample(part.allOf, document, depth);
  if (part.items) return listExample(part.items, document, depth);
  if (part.properties) return objectExample(part.properties, document, depth);
  return part.enum?.[0] ?? part.default;
}

function resolve(ref: string, document: OpenAPIObject): unknown {
  return document.components?.schemas?.[ref.split('/').at(-1) ?? ''];
}

function listExample(items: Schema, document: OpenAPIObject, depth: number): unknown[] {
  const item = exampleOf(items, document, depth + 1);
  return item === undefined ? [] : [item];
}

function mergedExample(parts: Schema[], document: OpenAPIObject, depth: number): unknown {
  const examples = parts.map((part) => exampleOf(part, document, depth + 1));
  const [only] = examples;
  return examples.length === 1 ? only : Object.assign({}, ...examples);
}

function objectExample(
  properties: Record<string, Schema>,
  document: OpenAPIObject,
  depth: number,
): Record<string, unknown> | undefined {
  const entries = Object.entries(properties)
    .map(([name, schema]) => [name, exampleOf(schema, document, depth + 1)] as const)
    .filter(([, value]) => value !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
