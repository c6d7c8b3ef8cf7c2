import { failureText } from './failure.text.js';

describe('failureText', () => {
  it('names the error and its message in one line', () => {
    expect(failureText(new TypeError('one\n  two'))).toBe('TypeError: one two');
  });

  it('hides numbers of payers', () => {
    const text = failureText(new Error('no answer for 255653294241 and +255 or +255653294241'));
    expect(text).not.toContain('653294241');
    expect(text).toContain('no answer for 255');
  });

  it('hides credentials in URLs, headers and settings', () => {
    const text = failureText(
      new Error(
        'GET https://user:hunter2@host/x Authorization: Bearer abc.def clientSecret="s3cr3t" token=t0k',
      ),
    );
    for (const secret of ['hunter2', 'abc.def', 's3cr3t', 't0k']) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain('host/x');
  });

  it('stays short enough for a row and a log line', () => {
    expect(failureText(new Error('x'.repeat(10_000)))).toHaveLength(500);
  });

  it('takes what is no error at all, and drops bytes that no text column holds', () => {
    expect(failureText('plain\u0000text')).toBe('plain text');
    expect(failureText(undefined)).toBe('undefined');
  });
});
