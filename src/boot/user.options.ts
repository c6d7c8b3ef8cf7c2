import { parseArgs } from 'node:util';
import { DomainError, ROLES } from '../common/index.js';

/** What each option is for; a null example stands for a switch. */
const OPTIONS: Record<string, { example: string | null; meaning: string; required?: true }> = {
  email: { example: 'asha@example.com', meaning: 'the address they log in with', required: true },
  role: { example: 'admin', meaning: `one of ${ROLES.join(', ')}`, required: true },
  name: { example: '"Asha Juma"', meaning: 'what people call them' },
  phone: { example: '+255653294241', meaning: 'a national number is read as Tanzanian' },
  username: { example: 'asha', meaning: 'a shorter name to log in with; the e-mail otherwise' },
  account: {
    example: '"Zanzibar Branch"',
    meaning: 'their account, made when there is none of that name; the default one otherwise',
  },
  'generate-password': { example: null, meaning: 'makes a password and prints it once' },
  help: { example: null, meaning: 'prints this' },
};

export const USER_USAGE = [
  'usage: npm run user:create -- --email asha@example.com --role admin [options]',
  '',
  ...Object.entries(OPTIONS).map(
    ([name, { example, meaning }]) =>
      `  ${['--' + name, example].filter(Boolean).join(' ').padEnd(30)}${meaning}`,
  ),
  '',
  'The password is asked for at a terminal; elsewhere it is the first line of the standard input.',
].join('\n');

export interface UserOptions {
  /** By name of the option, as typed. */
  values: Record<string, string>;
  generatePassword: boolean;
  help: boolean;
  /** Each in the words "--option: what is wrong; the fix". No value is repeated: it may be a password. */
  problems: string[];
}

export function readUserOptions(args: string[]): UserOptions {
  const { tokens } = parseArgs({
    args,
    options: Object.fromEntries(
      Object.entries(OPTIONS).map(([name, { example }]) => [
        name,
        { type: example === null ? 'boolean' : 'string' } as const,
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: Record<string, string> = {};
  const problems = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'option') {
      const problem = problemOf(token, values);
      if (problem) problems.add(problem);
      else if (token.value !== undefined) values[token.name] = token.value;
    } else if (token.kind === 'positional') problems.add(ALONE);
  }
  for (const [name, { required, example, meaning }] of Object.entries(OPTIONS)) {
    const given = args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
    if (required && !given)
      problems.add(`--${name}: missing; add --${name} ${example} (${meaning})`);
  }
  return {
    values,
    generatePassword: args.includes('--generate-password'),
    help: args.includes('--help') || args.includes('-h'),
    problems: [...problems],
  };
}

const ALONE =
  'a value stands alone in the command line; put its option before it, and quote it if it has spaces';

interface OptionToken {
  name: string;
  rawName: string;
  value?: string;
  inlineValue?: boolean;
}

function problemOf(token: OptionToken, values: Record<string, string>): string | null {
  const { name, rawName, value, inlineValue } = token;
  if (!rawName.startsWith('--')) return 'options of one letter: there are none; see --help';
  if (name === 'password') {
    return (
      '--password: everybody on this machine can read a command line; leave it out and type the ' +
      'password when asked, pipe it in, or use --generate-password'
    );
  }
  const option = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
  if (!option) return `--${name}: no such option; see --help`;
  if (option.example === null) {
    return value === undefined ? null : `--${name}: takes no value; leave it out`;
  }
  if (value === undefined || (!inlineValue && value.startsWith('--'))) {
    return `--${name}: has no value; write --${name} ${option.example}`;
  }
  return name in values ? `--${name}: given twice; keep one` : null;
}

const FIXES: Record<string, string> = {
  email_taken: '; use another',
  username_taken: '; use another',
  login_busy: '; try again',
};

/** What a service refuses, a line for each field that `concerns` us, in the words of the options. */
export function refusals(
  error: DomainError,
  concerns: (field: string) => boolean = () => true,
): string[] {
  const fix = FIXES[error.code] ?? '';
  const { errors } = error.extra;
  if (!errors) return [error.message + fix];
  return Object.entries(errors)
    .filter(([field]) => concerns(field))
    .map(([field, messages]) => {
      const label = Object.hasOwn(OPTIONS, field) ? `--${field}` : field;
      return `${label}: ${messages.join(', ')}${fix}`;
    });
}
