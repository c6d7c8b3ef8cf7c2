import { PassThrough } from 'node:stream';
import { readPassword } from './password.input.js';

const PASSWORD = 'karibu-zanzibar';

function terminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: jest.fn() });
  const screen = new PassThrough({ encoding: 'utf8' });
  return { input, screen, shown: () => String(screen.read() ?? '') };
}

describe('a password typed at a terminal', () => {
  it('is asked for twice and never shown', async () => {
    const { input, screen, shown } = terminal();
    const password = readPassword(input, screen);
    input.write(`${PASSWORD}x\u007f\r`);
    input.write(`${PASSWORD}\r`);
    expect(await password).toBe(PASSWORD);
    expect(shown()).toBe('Password (not shown): \nThe same again: \n');
    expect(input.setRawMode.mock.calls).toEqual([[true], [false]]);
  });

  it('may be pasted twice at once', async () => {
    const { input, screen } = terminal();
    const password = readPassword(input, screen);
    input.write(`${PASSWORD}\r${PASSWORD}\r`);
    expect(await password).toBe(PASSWORD);
  });

  it('must be the same both times', async () => {
    const { input, screen } = terminal();
    const password = readPassword(input, screen);
    input.write(`${PASSWORD}\r${PASSWORD.toUpperCase()}\r`);
    await expect(password).rejects.toThrow(/^password: the two differ/);
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('is given up on %s, and the terminal is as before', async (_key, code) => {
    const { input, screen, shown } = terminal();
    const password = readPassword(input, screen);
    input.write(`${PASSWORD}\rkari`);
    // Readline deletes forward on Ctrl-D unless the line is empty.
    input.write(`\u0015${code}`);
    await expect(password).rejects.toThrow(/^password: interrupted/);
    expect(input.setRawMode).toHaveBeenLastCalledWith(false);
    expect(shown()).not.toContain('kari');
  });

  it('cannot be recalled from a history', async () => {
    const { input, screen } = terminal();
    const password = readPassword(input, screen);
    input.write(`${PASSWORD}\r\u001b[A\r`);
    await expect(password).rejects.toThrow('differ');
  });
});

describe('a password through a pipe', () => {
  const piped = (text: string): Promise<string> => {
    const input = new PassThrough();
    input.end(text);
    return readPassword(input, new PassThrough());
  };

  it.each([[`${PASSWORD}\n`], [PASSWORD], [`${PASSWORD}\r\n`], [`${PASSWORD}\nand more\n`]])(
    'is the first line of %j',
    async (text) => {
      expect(await piped(text)).toBe(PASSWORD);
    },
  );

  it('keeps its spaces', async () => {
    expect(await piped('  two words \n')).toBe('  two words ');
  });

  it('does not wait for the end of the pipe, nor hold it open', async () => {
    const input = new PassThrough();
    input.write(`${PASSWORD}\n`);
    expect(await readPassword(input, new PassThrough())).toBe(PASSWORD);
    expect(input.destroyed).toBe(true);
  });

  it.each([[''], ['\nlater\n']])('is missing from %j', async (text) => {
    await expect(piped(text)).rejects.toThrow(/none on the standard input.*--generate-password$/);
  });
});
