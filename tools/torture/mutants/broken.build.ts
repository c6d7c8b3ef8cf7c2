import { cp, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Mutant } from './mutant.types.js';

/**
 * A copy of the build with the mutant's changes in it; answers its `dist`. Packages are those of the build.
 * @throws Error naming the file where a text to change does not stand exactly once: then the product has
 *   moved on, and the mutant proves nothing any more.
 */
export async function breakBuild(dist: string, folder: string, mutant: Mutant): Promise<string> {
  const copy = join(folder, 'dist');
  await mkdir(folder, { recursive: true });
  await cp(dist, copy, {
    recursive: true,
    filter: (path) => !path.endsWith('.map') && !path.startsWith(join(dist, 'tools')),
  });
  await writeFile(join(folder, 'package.json'), await readFile(await above(dist, 'package.json')));
  await symlink(await above(dist, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, find, replace } of mutant.patches) {
    const path = join(copy, 'src', file);
    const text = await readFile(path, 'utf8');
    const pieces = text.split(find);
    if (pieces.length !== 2) {
      throw new Error(
        `mutant ${mutant.name}: ${file} has the text to change ${pieces.length - 1} times: ${find}`,
      );
    }
    await writeFile(path, pieces.join(replace));
  }
  return copy;
}

/** The nearest of this name in the folders above. */
async function above(dist: string, name: string): Promise<string> {
  for (let folder = dist; ; folder = dirname(folder)) {
    const path = join(folder, name);
    if (await stat(path).catch(() => null)) return path;
    if (folder === dirname(folder)) throw new Error(`there is no ${name} above ${dist}`);
  }
}
