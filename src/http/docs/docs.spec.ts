import { readFileSync } from 'node:fs';
import type { OpenAPIObject } from '@nestjs/swagger';
import { findRedocBundle } from '../docs-assets.js';
import { defaultExample, exampleBody } from './error.schemas.js';
import { exampleOf } from './example.builder.js';

describe('examples', () => {
  const document = {
    components: {
      schemas: {
        Money: { type: 'object', properties: { amount: { type: 'string', example: '1.00' } } },
        Loop: { type: 'object', properties: { self: { $ref: '#/components/schemas/Loop' } } },
        Bare: { type: 'object', properties: { text: { type: 'string' } } },
      },
    },
  } as unknown as OpenAPIObject;
  const of = (schema: unknown) => exampleOf(schema, document);

  it('are put together from those of the parts', () => {
    expect(of({ $ref: '#/components/schemas/Money' })).toEqual({ amount: '1.00' });
    expect(of({ type: 'array', items: { $ref: '#/components/schemas/Money' } })).toEqual([
      { amount: '1.00' },
    ]);
    expect(of({ allOf: [{ $ref: '#/components/schemas/Money' }, { example: { b: 1 } }] })).toEqual({
      amount: '1.00',
      b: 1,
    });
    expect(of({ oneOf: [{ enum: ['x', 'y'] }, {}] })).toBe('x');
    expect(of({ type: 'integer', default: 20 })).toBe(20);
    expect(of({ properties: { next: { example: null } } })).toEqual({ next: null });
  });

  it('are absent where nothing gives one, also in a circle', () => {
    expect(of({ $ref: '#/components/schemas/Bare' })).toBeUndefined();
    expect(of({ $ref: '#/components/schemas/Loop' })).toBeUndefined();
    expect(of({ $ref: '#/components/schemas/Missing' })).toBeUndefined();
    expect(of(undefined)).toBeUndefined();
  });

  it('of errors look like the answers of their surface', () => {
    expect(exampleBody(defaultExample(404), 'envelope')).toMatchObject({
      status: 'error',
      message: 'Not found',
      code: 'not_found',
    });
    expect(exampleBody(defaultExample(418), 'plain')).toMatchObject({ code: 'error' });
  });
});

describe('ReDoc', () => {
  it('is found as one file that needs no network', () => {
    const text = readFileSync(findRedocBundle(), 'utf8');
    expect(text.length).toBeGreaterThan(500_000);
    expect(text).toContain('redoc');
  });
});
