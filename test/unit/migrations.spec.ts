import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MIGRATIONS } from '../../src/database/index.js';

const files = readdirSync(join(__dirname, '..', '..', 'migrations'))
  .filter((name) => name.endsWith('.ts'))
  .sort();

/** `1795219200000-create-foundation.ts` declares `CreateFoundation1795219200000`. */
function classOf(file: string): string {
  const [, stamp = '', words = ''] = /^(\d{13})-([a-z0-9-]+)\.ts$/.exec(file) ?? [];
  return words.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase()) + stamp;
}

describe('the list of migrations', () => {
  it('names every file of the folder, in order, by its class', () => {
    expect(MIGRATIONS.map((migration) => migration.name)).toEqual(files.map(classOf));
  });

  it('has no stamp twice', () => {
    const stamps = files.map((file) => file.slice(0, 13));
    expect(new Set(stamps).size).toBe(files.length);
    expect(stamps.every((stamp) => /^\d{13}$/.test(stamp))).toBe(true);
  });
});
