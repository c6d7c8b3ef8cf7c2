import { createInterface } from 'node:readline';
import { type Readable, Writable } from 'node:stream';
import { BootError } from './boot.error.js';

type Input = Readable & { isTTY?: boolean };

const QUESTIONS = ['Password (not shown): ', 'The same again: '];

/**
 * A password from a person at a terminal, asked for twice and never shown, or from the first line of a pipe.
 * @throws BootError when none comes
 */
export async function readPassword(
  input: Input,
  questions: NodeJS.WritableStream,
): Promise<string> {
  if (!input.isTTY) return await firstLine(input);
  const [password = '', again] = await ask(input, questions);
  if (password !== again) {
    throw new BootError('password: the two differ, so nothing was done; try again');
  }
  return password;
}

async function firstLine(input: Input): Promise<string> {
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      if (line !== '') return line;
      break;
    }
  } finally {
    // Whoever holds the other end open would keep this process from ending.
    input.destroy();
  }
  throw new BootError(
    'password: none on the standard input; pipe it in as the first line, run this at a terminal, ' +
      'or use --generate-password',
  );
}

/** Readline edits the line as people expect, and writes what they type to nowhere. */
async function ask(input: Input, questions: NodeJS.WritableStream): Promise<string[]> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  const answers: string[] = [];
  try {
    return await new Promise((resolve, reject) => {
      const stop = (): void => {
        questions.write('\n');
        reject(new BootError('password: interrupted, so nothing was done; run this again'));
      };
      const next = (): unknown => questions.write(QUESTIONS[answers.length] ?? '');
      lines.on('close', stop).on('SIGINT', () => lines.close());
      lines.on('line', (line) => {
        questions.write('\n');
        answers.push(line);
        if (answers.length < QUESTIONS.length) next();
        else {
          lines.off('close', stop);
          resolve(answers);
        }
      });
      next();
    });
  } finally {
    lines.close();
  }
}
