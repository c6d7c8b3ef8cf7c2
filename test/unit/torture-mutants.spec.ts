import { transformFile } from '@swc/core';
import { fileURLToPath } from 'node:url';
import { MUTANTS } from '../../tools/torture/mutants/mutants.list.js';

const root = fileURLToPath(new URL('../..', `file://${__filename}`));

describe('the mutants', () => {
  it.each(MUTANTS.flatMap(({ name, patches }) => patches.map((patch) => ({ name, ...patch }))))(
    'find what $name changes in $file, once',
    async ({ file, find }) => {
      const { code } = await transformFile(`${root}/src/${file.replace(/js$/, 'ts')}`, {
        configFile: `${root}/.swcrc`,
        sourceMaps: false,
      });
      expect(code.split(find)).toHaveLength(2);
    },
  );

  it('are ten or more, each caught by a judgement and played by an act', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(10);
    expect(MUTANTS.filter(({ acts, caughtBy }) => acts.length * caughtBy.length === 0)).toEqual([]);
  });
});
