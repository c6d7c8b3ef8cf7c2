import { requestContext } from '../../common/index.js';
import { JsonLogger } from './json.logger.js';

function open(logLevel: 'info' | 'trace' | 'warn' = 'info') {
  const lines: Record<string, unknown>[] = [];
  const logger = new JsonLogger(
    { logLevel, role: 'all' },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  return { logger, lines };
}

describe('the JSON logger', () => {
  it('writes text, context and level', () => {
    const { logger, lines } = open();
    logger.log('started for 255653294241', 'Boot');
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/),
        service: 'malipo',
        role: 'all',
        pid: process.pid,
        context: 'Boot',
        msg: 'started for 255*******41',
      },
    ]);
  });

  it('takes objects, exceptions and stacks in every form Nest hands them on', () => {
    const { logger, lines } = open('trace');
    const error = new Error('broken');
    logger.error(error, 'A');
    logger.error('failed', error.stack, 'B');
    logger.warn({ msg: 'half', err: error, password: 'x' }, 'C');
    logger.fatal('gone', error);
    logger.debug('fine', { attempt: 2 }, 'D');
    logger.verbose(undefined, 'E');
    expect(lines).toMatchObject([
      {
        level: 'error',
        msg: 'broken',
        context: 'A',
        err: { type: 'Error', stack: expect.any(String) },
      },
      { level: 'error', msg: 'failed', context: 'B', stack: expect.stringContaining('broken') },
      {
        level: 'warn',
        msg: 'half',
        context: 'C',
        password: '[redacted]',
        err: { message: 'broken' },
      },
      { level: 'fatal', msg: 'gone', err: { message: 'broken' } },
      { level: 'debug', msg: 'fine', attempt: 2, context: 'D' },
      { level: 'trace', msg: 'undefined', context: 'E' },
    ]);
  });

  it('names the request and the payment it works for', () => {
    const { logger, lines } = open();
    requestContext.run({ requestId: 'r-1' }, () => logger.log('one'));
    requestContext.run({ requestId: 'r-2', paymentId: 69 }, () => logger.log('two'));
    logger.log('three');
    expect(lines[0]).toMatchObject({ request_id: 'r-1' });
    expect(lines[1]).toMatchObject({ request_id: 'r-2', payment_id: 69 });
    expect(lines[2]).not.toHaveProperty('request_id');
  });

  it('keeps to its level, and Nest’s tale of every route out of it', () => {
    const { logger, lines } = open('warn');
    logger.log('not shown');
    logger.warn('shown');
    expect(lines).toHaveLength(1);
    const info = open();
    info.logger.log('Mapped {/x, GET} route', 'RouterExplorer');
    expect(info.lines).toEqual([]);
  });
});
