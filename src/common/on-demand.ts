import { createRequire } from 'node:module';

/**
 * A CommonJS library that few requests need, loaded when it is first asked for: a start waits for none of
 * its files, and a process that never needs it does not hold it in memory.
 */
export function onDemand<Library>(load: (require: NodeJS.Require) => Library): () => Library {
  let loaded: { library: Library } | undefined;
  return () => (loaded ??= { library: load(createRequire(import.meta.url)) }).library;
}
