import { describeAccess } from '../support/access.js';
import { startApp, type TestApp } from '../support/app.js';
import { coreAccess } from './access/core.access.js';
import { ACCESS_TABLES } from './access/index.js';

describe('who may do what', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  it('is written down for every route there is', async () => {
    const { body } = await app.api.get<{ paths: Record<string, Record<string, unknown>> }>(
      '/api/schema/',
    );
    const routes = Object.entries(body.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const known = ACCESS_TABLES.flatMap(({ rows }) => rows.map(({ route }) => route));
    expect(routes.toSorted()).toEqual(known.toSorted());
  });

  it('stands under one heading of the API’s pages', async () => {
    const { body } = await app.api.get<{
      paths: Record<string, Record<string, { tags?: string[] }>>;
    }>('/api/schema/');
    const odd = Object.entries(body.paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { tags = [] }]) => tags.length !== 1)
        .map(([method, { tags }]) => ({ route: `${method} ${path}`, tags })),
    );
    expect(odd).toEqual([]);
  });
});

describeAccess('core', coreAccess);
