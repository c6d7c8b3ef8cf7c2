import { loadConfig } from '../config/index.js';
import { Outbox, OutboxHandlers } from '../database/index.js';
import type { OutboxDrains } from './outbox-drains.service.js';
import { OutboxProcessor } from './outbox.processor.js';
import type { OutboxRows } from './outbox-rows.repository.js';

describe('OutboxProcessor', () => {
  it.each([-10_000, 10_000])(
    'refuses to start with a clock %i ms from that of the database',
    async (offMs) => {
      const rows = { clockMs: () => Promise.resolve(Date.now() + offMs) };
      const processor = new OutboxProcessor(
        loadConfig({ NODE_ENV: 'test' }, []),
        new OutboxHandlers(),
        rows as OutboxRows,
        {} as OutboxDrains,
        new Outbox(),
      );
      await expect(processor.onApplicationBootstrap()).rejects.toThrow(
        /clock and the database's differ by 10 s: synchronise both/,
      );
    },
  );
});
