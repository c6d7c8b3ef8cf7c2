import { ForbiddenException, HttpException, NotFoundException } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { DomainError } from '../../common/index.js';
import { toProblem } from './problem.mapper.js';
import { presentProblem, surfaceOf } from './problem.presenter.js';

const postgres = (code: string, message = 'secret') =>
  new QueryFailedError('SELECT secret', [], Object.assign(new Error(message), { code }));

describe('the surface of a path', () => {
  it.each(['/api/payments/', '/api/payments', '/api/payments?x=1', '/api/payments/initiate/'])(
    'is the envelope at %s',
    (url) => expect(surfaceOf(url)).toBe('envelope'),
  );
  it.each(['/api/v1/payments/', '/api/paymentsx/', '/', '/x/api/payments/'])(
    'is plain at %s',
    (url) => expect(surfaceOf(url)).toBe('plain'),
  );
});

describe('problems', () => {
  it('keep final refusals, reopen what may pass, free what was malformed', () => {
    const fate = (error: unknown) => toProblem(error).fate;
    const domain = (kind: DomainError['kind'], retryAfterS?: number) =>
      fate(new DomainError(kind, 'x', 'x', { retryAfterS }));
    expect(domain('refused')).toBe('keep');
    expect(domain('not_found')).toBe('keep');
    expect(domain('conflict')).toBe('keep');
    expect(domain('conflict', 1)).toBe('reopen');
    expect(domain('invalid')).toBe('free');
    for (const kind of [
      'unauthenticated',
      'forbidden',
      'too_many',
      'gateway_failed',
      'unavailable',
    ] as const) {
      expect(domain(kind)).toBe('reopen');
    }
    expect(fate(new Error('x'))).toBe('reopen');
    expect(fate(postgres('23505'))).toBe('reopen');
    expect(fate(postgres('40001'))).toBe('reopen');
    expect(fate(new HttpException('x', 400))).toBe('free');
  });

  it('say when a service that is out may be asked again', () => {
    expect(toProblem(new DomainError('unavailable', 'x', 'x')).retryAfterS).toBe(5);
    expect(toProblem(new DomainError('refused', 'x', 'x')).retryAfterS).toBeUndefined();
  });

  it('know Nest’s own exceptions', () => {
    expect(toProblem(new NotFoundException('Cannot GET /x'))).toMatchObject({
      status: 404,
      code: 'not_found',
    });
    expect(toProblem(new ForbiddenException())).toMatchObject({ status: 403, code: 'forbidden' });
    expect(toProblem(new HttpException('teapot', 418))).toMatchObject({
      status: 418,
      code: 'http_418',
      log: 'none',
    });
    expect(toProblem(new HttpException('secret', 500))).toMatchObject({
      code: 'internal_error',
      log: 'error',
    });
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', '08006', '53300', '57P01', '55P03'])(
    'pass: %s',
    (code) => {
      expect(toProblem(postgres(code))).toMatchObject({ status: 503, retryAfterS: 1, log: 'warn' });
    },
  );

  it.each([
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Cannot use a pool after calling end on the pool',
  ])('pass: %s', (message) => {
    expect(toProblem(new Error(message))).toMatchObject({ status: 503 });
  });

  it('take an upload that broke off for what it is', () => {
    const error = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    expect(toProblem(error)).toMatchObject({ status: 400, code: 'request_aborted', log: 'none' });
  });

  it.each(['42P01', '42501', '23502', 'XX000', '22012'])('are ours: %s', (code) => {
    expect(toProblem(postgres(code))).toMatchObject({ status: 500, log: 'error' });
  });

  it('let documented fields win', () => {
    const problem = toProblem(
      new DomainError('refused', 'expired', 'Expired', {
        body: { error: 'As printed', success: false },
      }),
    );
    expect(presentProblem(problem, 'plain', 'r-1')).toEqual({
      error: 'As printed',
      code: 'expired',
      request_id: 'r-1',
      success: false,
    });
  });
});
