import { request } from 'undici';

export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  nullable?: boolean;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  example?: unknown;
  default?: unknown;
  additionalProperties?: boolean | Schema;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema?: Schema;
  example?: unknown;
}

interface Operation {
  security?: unknown[];
  parameters?: Parameter[];
  requestBody?: { content?: Record<string, { schema?: Schema; example?: unknown }> };
  responses?: Record<string, { content?: Record<string, unknown> }>;
}

/** One method of one path, as the product documents it. */
export interface Route {
  method: string;
  /** As printed, with `{id}` and the like. */
  path: string;
  /** Documented without a login. */
  open: boolean;
  parameters: Parameter[];
  bodyType: string | null;
  bodySchema: Schema | null;
  bodyExample: unknown;
  statuses: number[];
  /** Answers people with a page instead of JSON. */
  page: boolean;
}

interface Source {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

/** The product's own description of its routes, read from the running product. */
export class OpenApiDocument {
  readonly routes: Route[];

  constructor(private readonly source: Source) {
    this.routes = Object.entries(source.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => routeOf(method, path, operation)),
    );
  }

  /** @throws when the product does not hand the document out */
  static async fetch(url: string): Promise<OpenApiDocument> {
    const { statusCode, body } = await request(`${url}/api/schema/`);
    if (statusCode !== 200) throw new Error(`/api/schema/ answered ${statusCode}`);
    return new OpenApiDocument((await body.json()) as Source);
  }

  /** What a schema stands for: references followed, `allOf` merged. */
  resolve(schema: Schema): Schema {
    if (schema.$ref !== undefined) {
      const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
      return this.resolve(this.source.components?.schemas?.[name] ?? {});
    }
    if (!schema.allOf) return schema;
    const { allOf, ...own } = schema;
    return Object.assign({}, ...allOf.map((part) => this.resolve(part)), own) as Schema;
  }
}

function routeOf(method: string, path: string, operation: Operation): Route {
  const [bodyType, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  return {
    method: method.toUpperCase(),
    path,
    open: !operation.security?.length,
    parameters: operation.parameters ?? [],
    bodyType: bodyType ?? null,
    bodySchema: content?.schema ?? null,
    bodyExample: content?.example,
    statuses: Object.keys(operation.responses ?? {}).map(Number),
    page: Object.values(operation.responses ?? {}).some(({ content }) => content?.['text/html']),
  };
}
