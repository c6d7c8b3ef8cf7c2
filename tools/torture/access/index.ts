import { startStack } from '../../stack/index.js';
import { OpenApiDocument } from '../desk/openapi.document.js';
import { booksProblems } from '../desk/books.js';
import type { TorturePart, Verdict } from '../torture.part.js';
import { AccessDesk, CALLERS, FOREIGNERS } from './access.desk.js';
import { nameOf, uncovered } from './access.coverage.js';
import { AccessMatrix } from './access.matrix.js';
import type { AccessRow } from './access.row.js';
import { bookRows } from './books.rows.js';
import { cashRows } from './cash.rows.js';
import { moneyRows } from './money.rows.js';
import { paperRows } from './papers.rows.js';
import { shopRows } from './shop.rows.js';

/** Groups that are not in each other's way are tried at the same time. */
const BESIDE: readonly (readonly AccessRow[])[] = [moneyRows, shopRows, paperRows, bookRows];
/** These move the clock, so they come when nothing else is under way. */
const LAST: readonly AccessRow[] = cashRows;
const ROWS: readonly AccessRow[] = [...BESIDE.flat(), ...LAST];

/** All that may be asked without a login. */
const OPEN: readonly string[] = [
  'POST /api/v1/auth/token/',
  'POST /api/v1/auth/token/refresh/',
  'POST /api/v1/auth/logout/',
  'POST /api/v1/auth/register/',
  // A guest pays by the uuid of a booking; the redirect of a gateway verifies; a QR code is scanned.
  'POST /api/payments/initiate/',
  'GET /api/payments/verify/',
  'POST /api/payments/verify/',
  'GET /receipts/{uuid}/',
];

/** Who may do what: every route, for every role, with own, foreign and absent objects. */
export const part: TorturePart = {
  name: 'access',
  backends: 'once',
  run: async (context) => {
    const stack = await startStack({
      dist: context.dist,
      backend: context.backend,
      apis: 1,
      workers: 1,
    });
    const desk = new AccessDesk(stack);
    try {
      await desk.login();
      const document = await OpenApiDocument.fetch(stack.apiUrls[0] ?? '');
      const matrix = new AccessMatrix(desk);
      await Promise.all(BESIDE.map((rows) => matrix.tryAll(rows)));
      await matrix.tryAll(LAST);
      const problems = [
        ...uncovered(document, ROWS),
        ...openRoutes(document),
        ...matrix.problems,
        ...(await booksProblems(desk.database)),
      ];
      return verdict(document, matrix, problems);
    } finally {
      await desk.close();
      await stack.stop();
    }
  },
};

function verdict(document: OpenApiDocument, matrix: AccessMatrix, problems: string[]): Verdict {
  const { own, foreign, absent } = matrix.counts;
  const open = document.routes.filter((route) => route.open).map(nameOf);
  return {
    part: 'access',
    counts: [
      { what: 'own account', unit: 'requests', ...own },
      { what: 'another account’s objects', unit: 'requests', ...foreign },
      { what: 'absent objects', unit: 'requests', ...absent },
    ],
    problems,
    notes: [
      `${document.routes.length} routes, ${CALLERS.length + FOREIGNERS.length} kinds of callers`,
      `without a login: ${open.join(', ')}`,
    ],
  };
}

function openRoutes(document: OpenApiDocument): string[] {
  return document.routes
    .filter((route) => route.open !== OPEN.includes(nameOf(route)))
    .map((route) => `${nameOf(route)} is documented ${route.open ? 'without' : 'with'} a login`);
}
