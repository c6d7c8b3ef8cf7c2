import type { OpenAPIObject } from '@nestjs/swagger';
import { openHttpRoom, type HttpRoom } from '../support/http-room.js';

describe('the documentation', () => {
  let room: HttpRoom;
  let document: OpenAPIObject;

  beforeAll(async () => {
    room = await openHttpRoom({ DEMO_DATA: 'on' });
    document = (await (await room.call('/swagger.json')).json()) as OpenAPIObject;
  });
  afterAll(() => room.close());

  it.each(['/api/schema/', '/api/schema', '/swagger.json'])(
    'has its schema at %s',
    async (path) => {
      const response = await room.call(path);
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      expect(await response.json()).toEqual(document);
    },
  );

  it.each(['/swagger/', '/swagger', '/api/schema/swagger-ui/', '/api/schema/swagger-ui'])(
    'has Swagger UI at %s with all it loads',
    async (path) => {
      const response = await room.call(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^text\/html/);
      const html = await response.text();
      const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
      expect(assets.length).toBeGreaterThanOrEqual(4);
      const loaded = new Map<string, string>();
      for (const asset of assets) {
        const answer = await fetch(new URL(asset, `${room.url}${path}`));
        expect({ asset, status: answer.status }).toEqual({ asset, status: 200 });
        loaded.set(asset.split('/').at(-1) ?? '', await answer.text());
      }
      expect(loaded.get('swagger-ui-init.js')).toContain('"persistAuthorization": true');
      expect(loaded.get('swagger-ui-init.js')).toContain('/api/v1/widgets/');
      expect(html).not.toMatch(/<script>/);
    },
  );

  it.each(['/redoc/', '/redoc', '/api/schema/redoc/', '/api/schema/redoc'])(
    'has ReDoc at %s',
    async (path) => {
      const response = await room.call(path);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      const html = await response.text();
      expect(html).toContain('spec-url="/swagger.json"');
      expect(html).toContain('src="/redoc/redoc.standalone.js"');
      expect(response.headers.get('content-security-policy')).toContain('worker-src');
    },
  );

  it('serves ReDoc itself as UTF-8', async () => {
    const response = await room.call('/redoc/redoc.standalone.js');
    expect(response.headers.get('content-type')).toBe('application/javascript; charset=utf-8');
    const text = await response.text();
    expect(text.length).toBeGreaterThan(500_000);
    expect(text).not.toContain('cdn.redoc.ly');
  });

  it('prints paths with their trailing slash and hides what is not for clients', () => {
    expect(Object.keys(document.paths).sort()).toEqual([
      '/api/payments/initiate/',
      '/api/payments/trouble/',
      '/api/v1/sql/',
      '/api/v1/trouble/',
      '/api/v1/widgets/',
      '/api/v1/widgets/export/',
      '/api/v1/widgets/{id}/',
      '/api/v1/widgets/{id}/poke/',
    ]);
  });

  it('names operations so that Swagger UI opens their links without a complaint', () => {
    const ids = Object.values(document.paths)
      .flatMap((item) => [item.get, item.post, item.put, item.patch, item.delete])
      .flatMap((operation) => operation?.operationId ?? []);
    expect(ids).toContain('widgetsCreate');
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id))).toEqual([]);
  });

  it('says how to log in, and names the demo users where there are any', () => {
    expect(document.info.title).toBe('Malipo');
    expect(document.info.description).toContain('POST /api/v1/auth/token/');
    expect(document.info.description).toContain('customer@malipo.test');
    expect(document.components?.securitySchemes?.bearer).toMatchObject({
      type: 'http',
      scheme: 'bearer',
    });
  });

  it('gives every answer, body and error an example', () => {
    const lacking: string[] = [];
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(
        item as Record<string, { requestBody?: unknown; responses: object }>,
      )) {
        for (const [status, part] of Object.entries({
          body: operation.requestBody,
          ...operation.responses,
        })) {
          const content = (
            part as { content?: Record<string, { example?: unknown; examples?: unknown }> }
          )?.content;
          for (const media of Object.values(content ?? {})) {
            if (media.example === undefined && media.examples === undefined)
              lacking.push(`${method} ${path} ${status}`);
          }
        }
      }
    }
    expect(lacking).toEqual([]);
  });

  it('leaves optional parameters for the reader to fill in', () => {
    const optional = Object.values(document.paths)
      .flatMap((item) => [item.get, item.post])
      .flatMap((operation) => operation?.parameters ?? [])
      .filter((part) => 'name' in part && !part.required);
    expect(optional.length).toBeGreaterThan(5);
    expect(JSON.stringify(optional)).not.toContain('"example"');
    expect(JSON.stringify(optional)).toContain('E.g. `2026-01-01T00:00:00Z`"');
  });

  it('documents lists, ids, idempotency keys and errors', () => {
    const list = document.paths['/api/v1/widgets/']?.get;
    const names = (list?.parameters ?? []).map((part) => ('name' in part ? part.name : ''));
    expect(names.toSorted()).toEqual(
      [
        'created_after',
        'created_before',
        'cursor',
        'ordering',
        'page',
        'page_size',
        'status',
      ].toSorted(),
    );
    expect(list?.responses['200']).toMatchObject({
      content: {
        'application/json': {
          example: {
            count: 1,
            next: null,
            previous: null,
            results: [{ id: 1, status: 'pending' }],
          },
        },
      },
    });
    const show = document.paths['/api/v1/widgets/{id}/']?.get;
    expect(show?.parameters).toEqual([
      expect.objectContaining({ name: 'id', in: 'path', schema: { type: 'string' } }),
    ]);
    expect(Object.keys(show?.responses ?? {}).sort()).toEqual(['200', '401', '403', '404', '429']);
    const create = document.paths['/api/v1/widgets/']?.post;
    expect(JSON.stringify(create?.parameters)).toContain('Idempotency-Key');
    expect(Object.keys(create?.responses ?? {}).sort()).toEqual([
      '201',
      '400',
      '401',
      '409',
      '422',
      '429',
    ]);
    expect(create?.responses['409']).toMatchObject({
      content: {
        'application/json': {
          schema: { $ref: '#/components/schemas/ErrorAnswer' },
          examples: {
            widget_busy: { value: { error: 'The widget is busy', code: 'widget_busy' } },
            widget_gone: { value: { error: 'The widget is gone', code: 'widget_gone' } },
          },
        },
      },
    });
    const initiate = document.paths['/api/payments/initiate/']?.post;
    expect(initiate?.responses['422']).toMatchObject({
      content: {
        'application/json': {
          schema: { $ref: '#/components/schemas/PaymentErrorAnswer' },
          examples: { idempotency_key_reused: { value: { status: 'error' } } },
        },
      },
    });
    expect(JSON.stringify(document)).not.toContain('x-malipo');
  });
});
