import { fileURLToPath } from 'node:url';

// Our modules compile to CommonJS: Jest 30 cannot require() ES modules of its own on Node 20. Libraries are
// loaded by Node itself, as they are.
const shared = {
  // A relative path here would start at the working directory.
  rootDir: fileURLToPath(new URL('..', import.meta.url)),
  testEnvironment: '<rootDir>/test/support/jest/realm.environment.cjs',
  runtime: '<rootDir>/test/support/jest/realm.runtime.cjs',
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.[tj]s$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'commonjs' },
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: {
            legacyDecorator: true,
            decoratorMetadata: true,
            useDefineForClassFields: false,
          },
        },
      },
    ],
  },
};

const project = (name, testMatch, extra = {}) => ({
  ...shared,
  displayName: name,
  testMatch,
  ...extra,
});

const withPostgres = {
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

export default {
  projects: [
    project('unit', ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/unit/**/*.spec.ts']),
    project('architecture', ['<rootDir>/test/architecture/**/*.spec.ts']),
    project('contract', ['<rootDir>/test/contract/**/*.spec.ts']),
    project('integration', ['<rootDir>/test/integration/**/*.spec.ts'], withPostgres),
    project('e2e', ['<rootDir>/test/e2e/**/*.spec.ts'], withPostgres),
    project('long', ['<rootDir>/test/long/**/*.spec.ts'], withPostgres),
    project('browser', ['<rootDir>/test/browser/**/*.spec.ts'], withPostgres),
  ],
  testTimeout: 60_000,
  maxWorkers: 2,
  testSequencer: './support/jest/slowest-first.sequencer.cjs',
  // What suites leave behind adds up, and collecting it takes longer than beginning anew.
  workerIdleMemoryLimit: '1GB',
  reporters: ['default', ...(process.env.JEST_RESULTS ? ['./support/results.reporter.cjs'] : [])],
};
