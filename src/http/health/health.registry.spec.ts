import { Logger } from '@nestjs/common';
import { HealthRegistry } from './health.registry.js';

describe('readiness', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(['log']));

  it('is nothing more than the probes say', async () => {
    const health = new HealthRegistry();
    expect(await health.check()).toEqual({ ready: true, checks: {} });
    health.register('good', () => null);
    health.register('bad', () => Promise.resolve('no workers'));
    expect(await health.check()).toEqual({
      ready: false,
      checks: { good: 'ok', bad: 'no workers' },
    });
  });

  it('does not wait for ever, nor tell what a probe threw', async () => {
    const health = new HealthRegistry();
    health.probeTimeoutMs = 20;
    health.register('stuck', () => new Promise(() => undefined));
    health.register('broken', () => Promise.reject(new Error('password hunter2')));
    health.register('rude', () => {
      throw new Error('at once');
    });
    expect(await health.check()).toEqual({
      ready: false,
      checks: { stuck: 'no answer within 20 ms', broken: 'failed', rude: 'failed' },
    });
  });

  it('ends when the shutdown begins, before requests are refused', async () => {
    const health = new HealthRegistry();
    health.beginShutdown();
    expect(await health.check()).toEqual({ ready: false, checks: { process: 'shutting down' } });
    expect(health.closing).toBe(false);
    health.onModuleDestroy();
    health.beginShutdown();
    expect(health.closing).toBe(true);
  });
});
