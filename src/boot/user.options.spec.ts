import { DomainError } from '../common/index.js';
import { readUserOptions, refusals, USER_USAGE } from './user.options.js';

const FINE = ['--email', 'asha@example.com', '--role', 'admin'];

describe('readUserOptions', () => {
  it('hands out what was typed', () => {
    const args = [...FINE, '--name=-Asha Juma-', '--phone', '+255 653', '--account', 'Zanzibar'];
    expect(readUserOptions(args)).toEqual({
      values: {
        email: 'asha@example.com',
        role: 'admin',
        name: '-Asha Juma-',
        phone: '+255 653',
        account: 'Zanzibar',
      },
      generatePassword: false,
      help: false,
      problems: [],
    });
    expect(readUserOptions([...FINE, '--generate-password'])).toMatchObject({
      generatePassword: true,
      problems: [],
    });
  });

  it.each(['--help', '-h'])('knows %s', (arg) => {
    expect(readUserOptions([arg]).help).toBe(true);
    expect(USER_USAGE).toContain('customer, owner, cashier, staff, admin');
  });

  it.each([
    [['--email', 'a@example.com'], /^--role: missing; .*customer, owner, cashier, staff, admin/],
    [['--role', 'admin'], /^--email: missing; add --email /],
    [[...FINE, '--name'], /^--name: has no value; write --name /],
    [[...FINE, '--name', '--account=Coast'], /^--name: has no value/],
    [[...FINE, '--role', 'staff'], /^--role: given twice/],
    [[...FINE, '--rolle', 'staff'], /^--rolle: no such option/],
    [[...FINE, '--constructor'], /^--constructor: no such option/],
    [[...FINE, '--generate-password=yes'], /^--generate-password: takes no value/],
    [['--email', '--role', 'admin'], /^--email: has no value/],
  ])('says what is wrong with %j', (args, problem) => {
    expect(readUserOptions(args).problems).toContainEqual(expect.stringMatching(problem));
  });

  it.each([
    [['--password', 'hunter2-hunter2']],
    [['--password=hunter2-hunter2']],
    [['-p', 'hunter2-hunter2']],
    [['-phunter2-hunter2']],
    [['--generate-password', 'hunter2-hunter2']],
    [['--generate-password=hunter2-hunter2']],
    [['--', 'hunter2-hunter2']],
    [['hunter2-hunter2']],
  ])('refuses %j and does not repeat what may be a password', (args) => {
    const { problems } = readUserOptions([...FINE, ...args]);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).not.toMatch(/hunter/);
  });

  it('says why a password is no argument', () => {
    const { problems } = readUserOptions([...FINE, '--password=x']);
    expect(problems).toEqual([expect.stringMatching(/^--password: .*pipe it in, or use --gen/)]);
  });
});

describe('refusals', () => {
  const errors = { email: ['taken'], password: ['too short', 'too dull'] };

  it('are a line for each field', () => {
    expect(refusals(new DomainError('refused', 'any', 'no', { errors }))).toEqual([
      '--email: taken',
      'password: too short, too dull',
    ]);
  });

  it('leave out fields that do not concern us', () => {
    const error = new DomainError('refused', 'any', 'no', { errors });
    expect(refusals(error, (field) => field === 'password')).toHaveLength(1);
  });

  it('name the fix, and are one line where there are no fields', () => {
    expect(refusals(new DomainError('unavailable', 'login_busy', 'Busy'))).toEqual([
      'Busy; try again',
    ]);
  });
});
