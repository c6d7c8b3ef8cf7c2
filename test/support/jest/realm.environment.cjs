const crypto = require('node:crypto');
const { ModuleMocker } = require('jest-mock');
const { TestEnvironment } = require('jest-environment-node');

/**
 * Suites run among the globals of their worker process, as the product does in its own. Jest's usual
 * environment is a context of its own for each suite, in which every look at a global passes a proxy, and into
 * which each suite has to load all libraries anew.
 */
module.exports = class RealmEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.globals = describe(globalThis);
    this.variables = { ...process.env };
    this.exit = Object.getOwnPropertyDescriptor(process, 'exit');
  }

  /** Leaves the process to the next suite as this one found it. */
  async teardown() {
    this.moduleMocker.restoreAllMocks();
    Object.defineProperty(process, 'exit', this.exit);
    for (const name of Object.keys(process.env)) {
      if (!(name in this.variables)) delete process.env[name];
    }
    Object.assign(process.env, this.variables);
    await super.teardown();
    for (const [key, now] of describe(globalThis)) {
      const before = this.globals.get(key);
      if (!now.configurable) continue;
      if (!before) delete globalThis[key];
      else if (before.value !== now.value) Object.defineProperty(globalThis, key, before);
    }
  }
};

function describe(object) {
  return new Map(
    Reflect.ownKeys(object).map((key) => [key, Object.getOwnPropertyDescriptor(object, key)]),
  );
}

/** Nearly every suite logs the demo's users in: what scrypt makes of one password and salt is made once. */
const DEMO_PASSWORD = 'malipo-demo';
const derive = crypto.scrypt;
const derived = new Map();

crypto.scrypt = (password, salt, length, options, done) => {
  if (password !== DEMO_PASSWORD) return derive(password, salt, length, options, done);
  const name = JSON.stringify([Buffer.from(salt), length, options]);
  const known = derived.get(name);
  if (known) return setImmediate(done, null, Buffer.from(known));
  return derive(password, salt, length, options, (error, key) => {
    if (key) derived.set(name, Buffer.from(key));
    done(error, key);
  });
};
