import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '../..');
const built = (file: string): string => pathToFileURL(join(ROOT, 'dist/src', file)).href;

/** What a process prints that is set up as ours are. */
async function said(program: string): Promise<string> {
  const text = `
    const { traceSources } = await import(${JSON.stringify(built('common/stack.traces.js'))});
    traceSources();
    ${program}`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    text,
  ]);
  return stdout;
}

describe('a stack trace of the built product', () => {
  it('names the line of the source', async () => {
    const trace = await said(`
      const { normalisePhone } = await import(${JSON.stringify(built('common/phone.js'))});
      try { normalisePhone('nobody', null) } catch (error) { console.log(error.stack) }`);
    const source = join(ROOT, 'src/common/phone.ts');
    const line =
      readFileSync(source, 'utf8')
        .split('\n')
        .findIndex((text) => text.startsWith('  throw new')) + 1;
    expect(line).toBeGreaterThan(0);
    const [head, first, second] = trace.split('\n');
    expect(head).toBe('DomainError: phone: not a phone number');
    expect(first).toBe(`    at normalisePhone (${source}:${line}:9)`);
    // Of what is not ours, nothing is changed.
    expect(second).toMatch(/^    at file:\/\/.*\[eval1\]:\d+:\d+$/);
  });

  it('is there whatever was thrown', async () => {
    const traces = await said(`
      const odd = {};
      Object.defineProperty(odd, 'name', { get() { throw new Error('no name') } });
      Error.captureStackTrace(odd);
      console.log(odd.stack.split('\\n')[0]);
      console.log(new TypeError('wrong').stack.split('\\n')[0]);
      Error.stackTraceLimit = 0;
      console.log(new Error('bare').stack);`);
    expect(traces).toBe('<error>\nTypeError: wrong\nError: bare\n');
  });
});
