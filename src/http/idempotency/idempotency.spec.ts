import { Controller, Module, Post, type Type } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { Access, Public } from '../access.decorator.js';
import { fingerprint, readKey } from './idempotency.key.js';
import { Idempotent } from './idempotent.decorator.js';
import { IdempotentRoutes } from './idempotent.routes.js';

describe('idempotency keys', () => {
  it.each([
    ['abc', 'abc'],
    [' abc ', 'abc'],
    ['"abc"', 'abc'],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ['a"b', 'a"b'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('read %j as %j', (sent, key) => expect(readKey(sent, 'Idempotency-Key')).toBe(key));

  it.each(['', '  ', '""', 'x'.repeat(256), 'a\tb', 'é', 5, {}, ['a']])('refuse %j', (sent) => {
    expect(() => readKey(sent, 'Idempotency-Key')).toThrow('1 to 255 printable');
  });

  it('may be absent', () => {
    expect(readKey(undefined, 'x')).toBeUndefined();
    expect(readKey(null, 'x')).toBeUndefined();
  });
});

describe('fingerprints', () => {
  const of = (url: string, body: unknown) => fingerprint({ url }, body).toString('hex');

  it('are equal for what is the same', () => {
    const print = of('/x/?b=2&a=1', { a: 1, b: { c: [1, 2], d: null } });
    expect(of('/x?a=1&b=2', { b: { d: null, c: [1, 2] }, a: 1, e: undefined })).toBe(print);
    expect(print).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['another path', '/y', { a: 1 }],
    ['another query', '/x?c=1', { a: 1 }],
    ['another value', '/x', { a: 2 }],
    ['another type', '/x', { a: '1' }],
    ['a further field', '/x', { a: 1, b: null }],
    ['another order of a list', '/x', { a: [2, 1] }],
  ])('differ for %s', (_, url, body) => {
    expect(of(url, body)).not.toBe(of('/x', { a: 1 }));
    expect(of(url, body)).not.toBe(of('/x', { a: [1, 2] }));
  });
});

describe('the boot check', () => {
  @Controller('a')
  class Scoped {
    @Post()
    @Public()
    @Idempotent({ guestScope: () => null })
    public(): void {}

    @Post('b')
    @Access()
    @Idempotent()
    private(): void {}
  }

  @Controller('c')
  @Public()
  class Unscoped {
    @Post()
    @Idempotent()
    pay(): void {}
  }

  async function boot(controller: Type): Promise<void> {
    @Module({
      imports: [DiscoveryModule],
      controllers: [controller],
      providers: [IdempotentRoutes],
    })
    class BootModule {}
    const app = await NestFactory.createApplicationContext(BootModule, {
      logger: false,
      abortOnError: false,
    });
    await app.close();
  }

  it('lets scoped routes pass', async () => {
    await expect(boot(Scoped)).resolves.toBeUndefined();
  });

  it('names a public route whose guests have no scope', async () => {
    await expect(boot(Unscoped)).rejects.toThrow('Unscoped.pay is public and idempotent');
  });
});
