import type { ArgumentMetadata } from '@nestjs/common';
import { IsInt, IsOptional, IsString } from 'class-validator';
import { DomainError } from '../../common/index.js';
import { CaseInsensitiveEnum, IsAmount } from './field.decorators.js';
import { PathId } from './path-id.pipe.js';
import { RequestValidationPipe } from './request.validation.pipe.js';

class Body {
  @IsAmount()
  amount!: string | number;

  @IsOptional()
  @CaseInsensitiveEnum(['COD', 'stripe', 'ONLINE'] as const, { card: 'stripe' })
  method?: string;

  @IsOptional()
  @IsString()
  notes?: string;
}

class Filter {
  @IsOptional()
  @IsInt()
  booking?: number;

  @IsOptional()
  @IsString()
  cursor?: string;
}

const pipe = new RequestValidationPipe();
const body: ArgumentMetadata = { type: 'body', metatype: Body };

async function refusalOf(work: Promise<unknown>): Promise<DomainError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DomainError);
  return error as DomainError;
}

describe('bodies', () => {
  it('become their class, with enumerations as we spell them', async () => {
    const value = await pipe.transform({ amount: 5, method: 'cod' }, body);
    expect(value).toBeInstanceOf(Body);
    expect(value).toEqual({ amount: 5, method: 'COD' });
    expect(await pipe.transform({ amount: '5', method: 'CARD' }, body)).toEqual({
      amount: '5',
      method: 'stripe',
    });
  });

  it('are refused with the first thing missing, and unknown fields last', async () => {
    const error = await refusalOf(pipe.transform({ bogus: 1, method: 7 }, body));
    expect(error).toMatchObject({ kind: 'invalid', code: 'validation_failed' });
    expect(error.message).toBe('amount is required');
    expect(Object.keys(error.extra.errors ?? {})).toEqual(['amount', 'method', 'bogus']);
  });

  it.each([[[]], ['text'], [5], [true]])('must be objects, not %j', async (value) => {
    const error = await refusalOf(pipe.transform(value, body));
    expect(error.code).toBe('invalid_body');
  });

  it('may have unknown fields where the surface ignores them', async () => {
    expect(await pipe.validateBody({ amount: 1, bogus: 1 }, body, true)).toEqual({ amount: 1 });
  });

  it('report at most 50 fields', async () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`field${n}`, n]));
    const error = await refusalOf(pipe.transform(many, body));
    expect(Object.keys(error.extra.errors ?? {})).toHaveLength(50);
  });
});

describe('queries', () => {
  it('lose unknown names and blanks, save the cursor, and convert nothing by themselves', async () => {
    const query: ArgumentMetadata = { type: 'query', metatype: Filter };
    expect(await pipe.transform({ other: '1', booking: '', cursor: '' }, query)).toEqual({
      cursor: '',
    });
    const error = await refusalOf(pipe.transform({ booking: '5' }, query));
    expect(error.extra.errors).toEqual({ booking: ['must be an integer number'] });
  });
});

describe('path ids', () => {
  const id = new PathId();

  it('are integers or uuids', () => {
    expect(id.transform('69')).toEqual({ id: 69 });
    expect(id.transform('E6E342D2-edba-4816-9e32-30fd39b5ae4c')).toEqual({
      uuid: 'e6e342d2-edba-4816-9e32-30fd39b5ae4c',
    });
  });

  it.each(['', '0', '01', '1e3', '9999999999', 'abc', '1\u0000', ' 1'])(
    'name nothing as %j',
    (text) => {
      expect(() => id.transform(text)).toThrow(expect.objectContaining({ kind: 'not_found' }));
    },
  );
});
