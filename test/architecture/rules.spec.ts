import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../..');

interface Ran {
  code: number;
  output: string;
}

function run(cwd: string, tool: string, args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(join(ROOT, 'node_modules/.bin', tool), args, { cwd }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
    });
  });
}

/** Rule, the file that breaks it, and what that file imports: another room, or a package. */
const PLANTED: readonly [rule: string, from: string, specifier: string][] = [
  ['direction-common', 'src/common/a.ts', '../config/index.js'],
  ['direction-config', 'src/config/a.ts', '../database/index.js'],
  ['direction-database', 'src/database/a.ts', '../queues/index.js'],
  ['direction-http', 'src/http/a.ts', '../identity/index.js'],
  ['direction-queues', 'src/queues/a.ts', '../payments/index.js'],
  ['direction-audits', 'src/audits/a.ts', '../identity/index.js'],
  ['direction-ledger', 'src/ledger/a.ts', '../audits/index.js'],
  ['direction-identity', 'src/identity/a.ts', '../providers/index.js'],
  ['direction-providers', 'src/providers/a.ts', '../payments/index.js'],
  ['direction-files', 'src/files/a.ts', '../payments/index.js'],
  ['direction-documents', 'src/documents/a.ts', '../invoices/index.js'],
  ['direction-credits', 'src/credits/a.ts', '../payments/index.js'],
  ['direction-payments', 'src/payments/a.ts', '../bookings/index.js'],
  ['direction-properties', 'src/properties/a.ts', '../bookings/index.js'],
  ['direction-bookings', 'src/bookings/a.ts', '../webhooks/index.js'],
  ['direction-notifications', 'src/notifications/a.ts', '../bookings/index.js'],
  ['direction-orders', 'src/orders/a.ts', '../invoices/index.js'],
  ['direction-invoices', 'src/invoices/a.ts', '../billing/index.js'],
  ['direction-visit-access', 'src/visit-access/a.ts', '../bookings/index.js'],
  ['direction-expenses', 'src/expenses/a.ts', '../cash-drawers/index.js'],
  ['direction-cash-drawers', 'src/cash-drawers/a.ts', '../expenses/index.js'],
  ['direction-receipts', 'src/receipts/a.ts', '../invoices/index.js'],
  ['direction-billing', 'src/billing/a.ts', '../webhooks/index.js'],
  ['direction-reconciliation', 'src/reconciliation/a.ts', '../billing/index.js'],
  ['direction-day-close', 'src/day-close/a.ts', '../billing/index.js'],
  ['direction-webhooks', 'src/webhooks/a.ts', '../sandbox/index.js'],
  ['only-through-index', 'src/payments/b.ts', '../ledger/inside.js'],
  ['sandbox-stands-alone', 'src/sandbox/a.ts', '../providers/index.js'],
  ['product-without-sandbox', 'src/main.ts', './sandbox/index.js'],
  ['common-is-pure', 'src/common/b.ts', 'typeorm'],
  ['pure-files', 'src/payments/a.state.ts', '@nestjs/common'],
  ['adapters-know-no-tables', 'src/providers/x/a.ts', 'typeorm'],
  ['no-dev-dependency-in-product', 'src/http/b.ts', 'playwright-core'],
  ['tools-from-outside', 'tools/bench/a.ts', '../../src/common/index.js'],
  ['product-without-tools', 'src/main2.ts', '../tools/stack/index.js'],
  ['checker-stands-alone', 'tools/torture/checker/a.ts', '../../stack/index.js'],
  ['no-cycle', 'src/payments/c.ts', './d.js'],
];

const LINTED: readonly [rule: string, text: string][] = [
  ['no-floating-promises', 'export function f(): void {\n  Promise.resolve(1);\n}\n'],
  ['no-explicit-any', 'export const a: any = 1;\n'],
  ['no-console', "console.log('x');\nexport {};\n"],
  ['no-restricted-imports', "export { forwardRef } from '@nestjs/common';\n"],
  ['max-lines', `export const a = [\n${'  1,\n'.repeat(400)}];\n`],
];

const ROOMS =
  'common config database queues http identity audits ledger providers files documents credits payments properties bookings orders invoices visit-access expenses cash-drawers receipts notifications billing reconciliation day-close webhooks sandbox';

/** A tree of its own with the project's real configuration. */
async function growTree(files: Record<string, string>): Promise<string> {
  const tree = await mkdtemp(join(tmpdir(), 'malipo-rules-'));
  for (const file of [
    '.dependency-cruiser.cjs',
    '.oxlintrc.json',
    'tsconfig.json',
    'package.json',
  ]) {
    await cp(join(ROOT, file), join(tree, file));
  }
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text);
  }
  return tree;
}

const TARGETS = Object.fromEntries(
  [...ROOMS.split(' ').map((room) => `src/${room}`), 'tools/stack'].map((room) => [
    `${room}/index.ts`,
    'export const thing = 1;\n',
  ]),
);
const cruise = (tree: string): Promise<Ran> =>
  run(tree, 'depcruise', [
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    'src',
    'tools',
  ]);
const lint = (tree: string): Promise<Ran> =>
  run(tree, 'oxlint', ['--type-aware', '--max-warnings', '0', '--format', 'unix', 'src']);

/**
 * A rule that is silently off looks like a rule that is kept. So each one is shown a violation of itself,
 * with the project's real configuration.
 */
describe('the rules of the house', () => {
  let violations: { from: string; rule: { name: string } }[];
  let linted: Ran;

  beforeAll(async () => {
    const planted = PLANTED.map(([, from, specifier]) => [from, `import '${specifier}';\n`]);
    const tree = await growTree({
      ...TARGETS,
      'src/ledger/inside.ts': 'export const thing = 1;\n',
      'src/payments/d.ts': "import type { C } from './c.js';\nexport type D = C;\n",
      ...Object.fromEntries(planted),
    });
    const crooked = await growTree(
      Object.fromEntries(LINTED.map(([rule, text]) => [`src/payments/${rule}.ts`, text])),
    );
    const [cruised, found] = await Promise.all([cruise(tree), lint(crooked)]);
    violations = JSON.parse(cruised.output).summary.violations;
    linted = found;
    await Promise.all([tree, crooked].map((path) => rm(path, { recursive: true, force: true })));
  });

  it.each(PLANTED)('%s bites on %s', (rule, from) => {
    expect(
      violations.filter((found) => found.from === from).map((found) => found.rule.name),
    ).toContain(rule);
  });

  it.each(LINTED)('lint rule %s bites', (rule) => {
    const lines = linted.output.split('\n').filter((line) => line.includes(`/${rule}.ts`));
    expect(lines.join('\n')).toMatch(new RegExp(`\\b${rule}\\b.*\\b${rule}\\b`));
    expect(linted.code).toBeGreaterThan(0);
  });

  it('a clean tree passes', async () => {
    const tree = await growTree({
      ...TARGETS,
      'src/payments/a.ts': "export { thing } from '../common/index.js';\n",
    });
    const cruised = await cruise(tree);
    expect(JSON.parse(cruised.output).summary.violations).toEqual([]);
    expect(await lint(tree)).toMatchObject({ code: 0 });
    await rm(tree, { recursive: true, force: true });
  });
});
