import { DomainError } from '../../common/index.js';
import { maskText, maskValue } from './masking.js';

describe('masking of texts', () => {
  it.each([
    ['call 255653294241 now', 'call 255*******41 now'],
    ['+255653294241', '255*******41'],
    ['+255 653 294 241 and 0653-294-241', '255*******41 and 065*****41'],
    ['{"accountNumber":"0754000111"}', '{"accountNumber":"075*****11"}'],
    ['GET /phones/255653294241/', 'GET /phones/255*******41/'],
    ['from jane.doe+x@mail.example.test!', 'from j***@mail.example.test!'],
    ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer [redacted]'],
    ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'token [redacted]'],
    ['postgres://app:hunter2@db:5432/malipo', 'postgres://***@db:5432/malipo'],
  ])('hides what is personal or secret in %j', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  it.each([
    'BOOKING-HTL-000008-1769145132',
    'AZM019be9446ac770a2a65c6243434f61d8',
    'f367ddf9-f2ff-4de2-b929-123456789012',
    '2026-01-23 05:12:00.123',
    'amount 123456789012.00 TZS',
    '192.168.100.200:3000',
    'paid 50000.00',
  ])('leaves %j alone', (text) => {
    expect(maskText(text)).toBe(text);
  });
});

describe('masking of values', () => {
  it('goes by the names of fields, at any depth', () => {
    const masked = maskValue({
      headers: { Authorization: 'x', cookie: 'y', 'x-api-key': 'z', accept: 'json' },
      body: [
        { password: 'p', refreshToken: 't', clientSecret: 's', pin: 1234, phone: 255653294241 },
      ],
      count: 5_000_000_000,
      big: 5_000_000_000n,
      nothing: null,
    });
    expect(masked).toEqual({
      headers: {
        Authorization: '[redacted]',
        cookie: '[redacted]',
        'x-api-key': '[redacted]',
        accept: 'json',
      },
      body: [
        {
          password: '[redacted]',
          refreshToken: '[redacted]',
          clientSecret: '[redacted]',
          pin: '[redacted]',
          phone: '255*******41',
        },
      ],
      count: 5_000_000_000,
      big: '5000000000',
      nothing: null,
    });
  });

  it('describes errors and their causes without what drivers hang on them', () => {
    const cause = Object.assign(new Error('duplicate key 255653294241'), {
      code: '23505',
      constraint: 'users_email_key',
      detail: 'Key (email)=(a@b.example) exists',
      parameters: ['hunter2'],
    });
    const error = new DomainError('conflict', 'taken', 'Taken', { cause });
    const masked = maskValue(error) as Record<string, unknown>;
    expect(masked).toMatchObject({
      type: 'DomainError',
      message: 'Taken',
      code: 'taken',
      cause: {
        code: '23505',
        constraint: 'users_email_key',
        message: 'duplicate key 255*******41',
      },
    });
    expect(JSON.stringify(masked)).not.toMatch(/hunter2|a@b/);
  });

  it('survives cycles and bytes', () => {
    const cycle: Record<string, unknown> = { bytes: Buffer.from('secret'), work: () => 1 };
    cycle.self = cycle;
    expect(JSON.stringify(maskValue(cycle))).toContain('[deeper]');
    expect(JSON.stringify(maskValue(cycle))).not.toContain('secret');
  });
});
