const { createRequire, isBuiltin } = require('node:module');
const path = require('node:path');
const { compileFunction } = require('node:vm');
const Runtime = require('jest-runtime').default;

/** Asks as a library would: of anybody else Node says that it must not `require()` ES modules yet. */
const requireLibrary = createRequire(path.join(__dirname, '../../../node_modules/from.cjs'));
/** Jest's own, of which each suite has one. */
const JEST = '@jest/globals';
const compiled = new Map();

/**
 * Each suite gets modules of ours of its own, in the worker's realm; libraries are loaded by Node, once per
 * worker. That saves a suite a second of loading, and most of them take no longer than that.
 */
module.exports = class RealmRuntime extends Runtime {
  constructor(...args) {
    super(...args);
    const { executor } = this;
    executor.compile = (source, filename) => {
      const known = compiled.get(filename);
      if (known?.source === source) return known.body;
      const body = compileFunction(source, executor.injectedModuleParameters, { filename });
      compiled.set(filename, { source, body });
      return body;
    };
  }

  requireModuleOrMock(from, name) {
    return isLibrary(name) ? requireLibrary(name) : super.requireModuleOrMock(from, name);
  }
};

function isLibrary(name) {
  return !/^[./]|^[A-Z]:/i.test(name) && !isBuiltin(name) && name !== JEST;
}
