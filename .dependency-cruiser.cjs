/**
 * The directions of the house: common ← config ← database ← queues, http ← identity, audits, ledger ←
 * providers, files, documents ← payments ← payables, desks ← billing, reconciliation, day-close ← webhooks. test/architecture plants a violation of each rule.
 */
const layers = [
  ['common'],
  ['config'],
  ['database'],
  ['queues', 'http'],
  ['audits', 'ledger'],
  ['identity'],
  ['providers', 'files', 'documents', 'credits'],
  ['payments'],
  [
    'properties',
    'bookings',
    'orders',
    'invoices',
    'visit-access',
    'expenses',
    'cash-drawers',
    'receipts',
    'notifications',
  ],
  ['billing', 'reconciliation', 'day-close'],
  ['webhooks'],
];

/** A room may use the layers below it; rooms of one layer do not see each other, but for what is listed. */
const sideways = {
  queues: ['http'],
  identity: ['audits'],
  bookings: ['properties'],
  'visit-access': ['properties'],
  expenses: ['properties'],
};

const directions = layers.flatMap((rooms, level) =>
  rooms.map((room) => {
    const above = layers.slice(level + 1).flat();
    const beside = rooms.filter((other) => other !== room && !sideways[room]?.includes(other));
    return {
      name: `direction-${room}`,
      severity: 'error',
      comment: `${room} may only use the rooms below it`,
      from: { path: `^src/${room}/` },
      to: { path: `^src/(${[...above, ...beside, 'boot', 'sandbox'].join('|')})/` },
    };
  }),
);

module.exports = {
  forbidden: [
    ...directions,
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'A cycle cannot be understood one piece at a time',
      from: {},
      to: { circular: true },
    },
    {
      name: 'only-through-index',
      severity: 'error',
      comment: 'Another room is reached through its index.ts',
      from: { path: '^src/([^/]+)/' },
      to: {
        path: '^src/([^/]+)/.+',
        pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'sandbox-stands-alone',
      severity: 'error',
      comment: 'The sandbox is written from the gateways’ sheets, not from our adapters',
      from: { path: '^src/sandbox(/|\\.ts$)' },
      to: { path: '^(src/(?!sandbox(/|\\.ts$)|common/)|migrations/)' },
    },
    {
      name: 'product-without-sandbox',
      severity: 'error',
      comment: 'The product never loads the sandbox’s code: it starts it as a process',
      from: { path: '^src/(?!sandbox(/|\\.ts$))' },
      to: { path: '^src/sandbox(/|\\.ts$)' },
    },
    {
      name: 'common-is-pure',
      severity: 'error',
      comment: 'common/ knows no framework and no database',
      from: { path: '^src/common/' },
      to: { path: 'node_modules/(@nestjs|typeorm|bullmq|pg|fastify)/' },
    },
    {
      name: 'pure-files',
      severity: 'error',
      comment: 'State machines, mappers and webhook translation are plain functions',
      from: { path: '^src/(providers|payments)/.*\\.(state|mapper|webhook)\\.ts$' },
      to: { path: 'node_modules/(@nestjs|typeorm|bullmq|pg|fastify)/' },
    },
    {
      name: 'adapters-know-no-tables',
      severity: 'error',
      comment: 'Adapters hand out values; they know nothing of tables',
      from: { path: '^src/providers/' },
      to: { path: 'node_modules/(typeorm|pg)/' },
    },
    {
      name: 'tools-from-outside',
      severity: 'error',
      comment: 'What judges the product uses it as its users do: over HTTP and SQL',
      from: { path: '^tools/' },
      to: { path: '^(src|test|migrations)/' },
    },
    {
      name: 'product-without-tools',
      severity: 'error',
      comment: 'The product knows nothing of who tries it',
      from: { path: '^(src|migrations)/' },
      to: { path: '^tools/' },
    },
    {
      name: 'checker-stands-alone',
      severity: 'error',
      comment: 'The judge of a history imports nothing of those who wrote it',
      from: { path: '^tools/torture/checker/' },
      to: { path: '^(tools/(?!torture/checker/)|node_modules/)' },
    },
    {
      name: 'no-dev-dependency-in-product',
      severity: 'error',
      comment: 'What runs in production must be a production dependency',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
