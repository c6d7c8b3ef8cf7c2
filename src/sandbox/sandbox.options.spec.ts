import { readOptions, startSandbox } from './index.js';
import { isLoopback } from './core/loopback.js';

describe('the sandbox’s own environment', () => {
  it('has a default for everything', () => {
    expect(readOptions({})).toEqual({ credentials: {}, timings: {} });
  });

  it('reads ports, addresses and durations', () => {
    const env = {
      SANDBOX_PORT: '0',
      SANDBOX_HOST: 'localhost',
      MALIPO_URL: 'http://127.0.0.1:3100',
      SANDBOX_PROMPT_LIFETIME_MS: '60000',
      SANDBOX_HANG_MS: ' 100 ',
      SANDBOX_LATE_DELAY_MS: '',
      SANDBOX_JOURNAL_FILE: '/tmp/journal.jsonl',
    };
    expect(readOptions(env)).toEqual({
      credentials: env,
      port: 0,
      host: 'localhost',
      malipoUrl: 'http://127.0.0.1:3100',
      journalFile: '/tmp/journal.jsonl',
      timings: { promptLifetimeMs: 60_000, hangMs: 100 },
    });
  });

  it('names every bad variable at once', () => {
    const env = { SANDBOX_PORT: '70000', SANDBOX_HANG_MS: 'soon', SANDBOX_LATE_DELAY_MS: '-1' };
    expect(() => readOptions(env)).toThrow(
      /SANDBOX_PORT: .*\n?[^]*SANDBOX_LATE_DELAY_MS: [^]*SANDBOX_HANG_MS: /,
    );
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'sandbox.example.com', '127.0.0.1.evil.test'])(
    'does not start on %s',
    async (host) => {
      await expect(startSandbox({ host, port: 0 })).rejects.toThrow(
        /SANDBOX_HOST: .*use 127\.0\.0\.1/,
      );
    },
  );

  it('does not call back to another machine', async () => {
    await expect(startSandbox({ port: 0, malipoUrl: 'https://pay.example.com' })).rejects.toThrow(
      /^MALIPO_URL: .*loopback/,
    );
  });

  it('says so when its port is taken', async () => {
    const first = await startSandbox({ port: 0 });
    try {
      const port = Number(new URL(first.url).port);
      await expect(startSandbox({ port })).rejects.toThrow('EADDRINUSE');
    } finally {
      await first.close();
    }
  });

  it('knows this machine’s names', () => {
    const names = [
      'localhost',
      'LOCALHOST',
      'pay.localhost',
      '127.0.0.1',
      '127.8.9.1',
      '::1',
      '[::1]',
    ];
    expect(names.filter((name) => !isLoopback(name))).toEqual([]);
    const others = ['127.0.0.1.nip.io', 'notlocalhost', '128.0.0.1', '10.0.0.1', '::2', ''];
    expect(others.filter((name) => isLoopback(name))).toEqual([]);
  });
});
