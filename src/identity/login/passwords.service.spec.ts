import { scryptSync } from 'node:crypto';
import { Passwords } from './passwords.service.js';

const passwords = new Passwords();

describe('passwords', () => {
  it('are known again by their hash, and no other is', async () => {
    const hash = await passwords.hash('malipo-demo');
    expect(hash).toMatch(/^scrypt\$ln=15,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/);
    await expect(passwords.verify('malipo-demo', hash)).resolves.toBe(true);
    await expect(passwords.verify('malipo-dem0', hash)).resolves.toBe(false);
    await expect(passwords.verify('', hash)).resolves.toBe(false);
  });

  it('have a salt of their own', async () => {
    const [one, other] = await Promise.all([
      passwords.hash('malipo-demo'),
      passwords.hash('malipo-demo'),
    ]);
    expect(one).not.toBe(other);
  });

  it('are the same however the keyboard composes an accent', async () => {
    const hash = await passwords.hash('caf\u00e9-mkubwa');
    await expect(passwords.verify('cafe\u0301-mkubwa', hash)).resolves.toBe(true);
  });

  it('keep being known when the cost of new hashes changes', async () => {
    const salt = Buffer.alloc(16, 7);
    const key = scryptSync('malipo-demo', salt, 32, { N: 2 ** 14, r: 8, p: 1 });
    const old = `scrypt$ln=14,r=8,p=1$${salt.toString('base64url')}$${key.toString('base64url')}`;
    await expect(passwords.verify('malipo-demo', old)).resolves.toBe(true);
    expect(passwords.isOutdated(old)).toBe(true);
    expect(passwords.isOutdated(await passwords.hash('malipo-demo'))).toBe(false);
  });

  it('take as long to refuse for nobody as for somebody', async () => {
    const hash = await passwords.hash('malipo-demo');
    const work = async (of: string | null): Promise<number> => {
      const before = process.cpuUsage();
      await expect(passwords.verify('wrong-password', of)).resolves.toBe(false);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const somebody = Math.min(await work(hash), await work(hash), await work(hash));
    const nobody = Math.min(await work(null), await work(null), await work(null));
    // Processor time and the least of three: what else the machine does must not matter.
    expect(nobody).toBeGreaterThan(somebody * 0.5);
    expect(nobody).toBeLessThan(somebody * 2);
  });

  it('fail loudly on a hash of unknown form', async () => {
    await expect(passwords.verify('malipo-demo', 'md5$abc')).rejects.toThrow('unknown form');
  });

  it.each(['malipo-dem', 'malipo-demo', 'x'.repeat(190) + 'abcdef'])('accept %s', (password) => {
    expect(() => passwords.assertAcceptable(password, ['asha@example.com', ''])).not.toThrow();
  });

  it.each([
    ['short-one', 'at least 10'],
    ['aaaaaaaaaaaaaaaa', 'different characters'],
    ['x'.repeat(120) + 'abcdefg'.repeat(20), 'at most 200'],
    ['ASHA@example.com', 'your name or address'],
  ])('refuse %s', (password, complaint) => {
    expect(() => passwords.assertAcceptable(password, ['asha@example.com', ''])).toThrow(
      expect.objectContaining({
        code: 'weak_password',
        extra: { errors: { password: [expect.stringContaining(complaint)] } },
      }),
    );
  });
});
