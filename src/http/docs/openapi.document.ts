import { DocumentBuilder, SwaggerModule, getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../../config/index.js';
import { surfaceOf } from '../errors/problem.presenter.js';
import { ERRORS_EXTENSION, RESTRICTED_EXTENSION } from './api.extensions.js';
import {
  defaultExample,
  describeStatus,
  ErrorAnswer,
  exampleBody,
  IN_PROGRESS,
  PaymentErrorAnswer,
  type ErrorExample,
} from './error.schemas.js';
import { exampleOf } from './example.builder.js';
import { inOrder } from './tag.order.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & Record<string, unknown>;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The OpenAPI document of all rooms, with what holds for every route filled in. */
export function buildDocument(app: NestFastifyApplication, config: Config): OpenAPIObject {
  const options = new DocumentBuilder()
    .setTitle('Malipo')
    .setDescription(describe(config))
    .setVersion('1')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'The access token that `POST /api/v1/auth/token/` answers',
    })
    .build();
  const document = SwaggerModule.createDocument(app, options, {
    extraModels: [ErrorAnswer, PaymentErrorAnswer],
    operationIdFactory: nameOperation,
  });
  document.paths = Object.fromEntries(
    Object.entries(document.paths).map(([path, item]) => [withSlash(path), item]),
  );
  const tags: string[] = [];
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method] as Operation | undefined;
      if (!operation) continue;
      completeOperation(path, operation, document);
      tags.push(...(operation.tags ?? []));
    }
  }
  document.tags = inOrder(tags).map((name) => ({ name }));
  return document;
}

/** `paymentsCreate`: generated clients call their methods so, and Swagger UI takes an underscore for a space. */
function nameOperation(controller: string, method: string): string {
  const room = controller.replace(/Controller$/, '');
  return `${room.charAt(0).toLowerCase()}${room.slice(1)}${method.charAt(0).toUpperCase()}${method.slice(1)}`;
}

/** The documents print every path with its trailing slash; Nest drops it. */
function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

function completeOperation(path: string, operation: Operation, document: OpenAPIObject): void {
  describeIds(path, operation);
  keepOptionalBlank(operation);
  addErrors(path, operation, document);
  const answers = Object.values(operation.responses);
  for (const part of [operation.requestBody, ...answers]) {
    if (!part || '$ref' in part) continue;
    for (const media of Object.values(part.content ?? {})) {
      if (media.example !== undefined || media.examples) continue;
      const example = exampleOf(media.schema, document);
      if (example !== undefined) media.example = example;
    }
  }
}

/** Every object has an integer id and a uuid; a path takes either. Nest lists only parameters of plain types. */
function describeIds(path: string, operation: Operation): void {
  const others = (operation.parameters ?? []).filter(
    (parameter) => '$ref' in parameter || parameter.in !== 'path' || !isId(parameter.name),
  );
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').filter(isId);
  const ids = names.map((name) => ({
    name,
    in: 'path' as const,
    required: true,
    description: 'The integer id or the uuid',
    schema: { type: 'string' },
    example: '123',
  }));
  operation.parameters = [...ids, ...others];
}

/**
 * Swagger UI fills in and sends every parameter that has an example: filters nobody asked for, and one
 * idempotency key for all requests. So those of optional parameters move into the description.
 */
function keepOptionalBlank(operation: Operation): void {
  for (const parameter of operation.parameters ?? []) {
    if ('$ref' in parameter || parameter.required) continue;
    const { example: inner, ...schema } = parameter.schema as { example?: unknown };
    const example: unknown = parameter.example ?? inner;
    if (example === undefined) continue;
    delete parameter.example;
    parameter.schema = schema;
    const words = typeof example === 'string' ? example : JSON.stringify(example);
    const said = (parameter.description ?? '').replace(/([^.?!])$/, '$1.');
    parameter.description = `${said} E.g. \`${words}\``.trim();
  }
}

function isId(name: string): boolean {
  return /(^|_)id$/.test(name);
}

function addErrors(path: string, operation: Operation, document: OpenAPIObject): void {
  const declared = (operation[ERRORS_EXTENSION] ?? []) as (number | ErrorExample)[];
  const errors = declared.map((error) =>
    typeof error === 'number' ? defaultExample(error, firstField(operation, document)) : error,
  );
  const further = [429];
  if (operation.security) further.push(401);
  if (operation[RESTRICTED_EXTENSION]) further.push(403);
  if (hasIdempotencyKey(operation)) {
    further.push(422);
    errors.push(IN_PROGRESS);
  }
  for (const status of further) {
    if (!errors.some((error) => error.status === status)) errors.push(defaultExample(status));
  }
  delete operation[ERRORS_EXTENSION];
  delete operation[RESTRICTED_EXTENSION];
  const surface = surfaceOf(path);
  const schema = { $ref: getSchemaPath(surface === 'envelope' ? PaymentErrorAnswer : ErrorAnswer) };
  for (const status of new Set(errors.map((error) => error.status))) {
    const examples = named(
      errors.filter((error) => error.status === status),
      surface,
    );
    operation.responses[String(status)] ??= {
      description:
        errors.find((error) => error.status === status)?.description ?? describeStatus(status),
      content: { 'application/json': { schema, examples } },
    };
  }
}

/** A field that a caller of this route may get wrong. */
function firstField(operation: Operation, document: OpenAPIObject): string {
  const { requestBody } = operation;
  const content = requestBody && 'content' in requestBody ? requestBody.content : {};
  const [media] = Object.values(content);
  const body = exampleOf(media?.schema, document);
  return Object.keys(body ?? {})[0] ?? 'page';
}

function named(errors: ErrorExample[], surface: 'plain' | 'envelope') {
  return Object.fromEntries(
    errors.map((error) => [
      error.code,
      { summary: error.message, value: exampleBody(error, surface) },
    ]),
  );
}

function hasIdempotencyKey(operation: Operation): boolean {
  return (operation.parameters ?? []).some(
    (parameter) => 'name' in parameter && parameter.name === 'Idempotency-Key',
  );
}

function describe(config: Config): string {
  const login = `**Log in:** send \`POST /api/v1/auth/token/\` with a user name (or e-mail) and password, copy
\`access\` from the answer, press **Authorize** and paste it. It is kept in this browser until you log out here.`;
  const demo = `**Demo users**, password \`malipo-demo\` for all: admin@malipo.test, staff@malipo.test,
cashier@malipo.test, owner@malipo.test, customer@malipo.test. Booking 123 (HTL-000008, 50000.00 TZS) belongs to
customer@malipo.test.${config.sandbox.enabled ? ` Prompts appear on the [virtual phone](${config.sandbox.url}/phone).` : ''}`;
  const rules = `Paths answer with and without their trailing slash. Amounts are decimal strings, times are UTC. Every POST
that creates or moves money takes an \`Idempotency-Key\`. Quote the \`request_id\` of an error when you report it.`;
  return [
    'Payments by phone prompt, hosted page, transfer or cash.',
    login,
    ...(config.demoData ? [demo] : []),
    rules,
  ].join('\n\n');
}
