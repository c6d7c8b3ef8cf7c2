import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Where the build puts ReDoc's bundle, so that production needs no `redoc` package: `dist/assets`. */
const BUILT = new URL('../../assets/redoc.standalone.js', import.meta.url);

/** Path of ReDoc's standalone bundle: the built copy, else the installed package's. */
export function findRedocBundle(): string {
  const built = fileURLToPath(BUILT);
  if (existsSync(built)) return built;
  return createRequire(import.meta.url).resolve('redoc/bundles/redoc.standalone.js');
}
