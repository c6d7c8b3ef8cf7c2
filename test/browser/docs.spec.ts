import { DEMO_PASSWORD, DEMO_USERS } from '../support/api.js';
import { freePort } from '../support/ports.js';
import { LAN_HOST } from './chromium.js';
import { Desk } from './desk.js';
import { SwaggerPage } from './pages/swagger.page.js';
import { MOBILE } from './visit.js';

const PAYMENTS = '/api/v1/payments/payments/';

describe('the API’s pages', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await Desk.open();
  });
  afterAll(() => desk?.close());

  it.each(['/api/schema/swagger-ui/', '/swagger/'])(
    'let an administrator log in and look around in Swagger UI at %s, also after a reload',
    (path) =>
      desk.visit(async (visit) => {
        const swagger = new SwaggerPage(await visit.tab());
        await swagger.open(desk.app.url + path);
        await visit.picture('opened');
        await swagger.logIn(DEMO_USERS.admin, DEMO_PASSWORD);
        const list = { status: 200, body: { count: expect.any(Number), next: null } };
        expect(await swagger.operation('GET', PAYMENTS).send()).toMatchObject(list);
        await visit.picture('answered');
        await swagger.page.reload();
        await swagger.authorized.waitFor();
        expect(await swagger.operation('GET', PAYMENTS).send()).toMatchObject(list);
      }),
  );

  it('tell a newcomer who can log in and where prompts appear', () =>
    desk.visit(async (visit) => {
      const swagger = new SwaggerPage(await visit.tab());
      await swagger.open(`${desk.app.url}/swagger/`);
      const introduction = swagger.page.locator('.information-container');
      await introduction.getByText(DEMO_USERS.admin).waitFor();
      const phone = introduction.getByRole('link', { name: 'virtual phone' });
      expect(await phone.getAttribute('href')).toBe(`${desk.app.sandbox.url}/phone`);
    }));

  it.each(['/api/schema/redoc/', '/redoc/'])('show every operation in ReDoc at %s', (path) =>
    desk.visit(async (visit) => {
      const page = await visit.tab();
      await page.goto(desk.app.url + path);
      await page.getByRole('heading', { name: 'Send the payment prompt to the payer' }).waitFor();
      const { body } = await desk.app.api.get<{ paths: Record<string, object> }>('/api/schema/');
      const operations = Object.values(body.paths).flatMap((item) => Object.keys(item));
      expect(await page.locator('div[id*="/operation/"]').count()).toBe(operations.length);
      await visit.picture('opened');
      await page.getByPlaceholder('Search...').fill('refresh token');
      await page.locator('[data-role="search:results"]').getByText('refresh token').waitFor();
    }),
  );
});

describe('the API’s pages on another machine’s browser, over plain HTTP', () => {
  let desk: Desk;
  let url: string;
  beforeAll(async () => {
    const port = String(await freePort());
    url = `http://${LAN_HOST}:${port}`;
    desk = await Desk.open({ PORT: port, PUBLIC_URL: url });
  });
  afterAll(() => desk?.close());

  it.each(['/swagger/', '/redoc/'])('are not sent on to https at %s', (path) =>
    desk.visit(
      async (visit) => {
        const page = await visit.tab();
        const answer = await page.goto(url + path);
        const headers = answer?.headers() ?? {};
        expect(headers['content-security-policy']).toContain("default-src 'none'");
        expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
        expect(headers).not.toHaveProperty('strict-transport-security');
        await page.locator('.opblock, div[id*="/operation/"]').first().waitFor();
        await visit.picture('opened');
      },
      { ...MOBILE, origins: [url] },
    ),
  );

  it('log a customer in through Swagger UI', () =>
    desk.visit(
      async (visit) => {
        const swagger = new SwaggerPage(await visit.tab());
        await swagger.open(`${url}/swagger/`);
        await swagger.logIn(DEMO_USERS.customer, DEMO_PASSWORD);
        const me = await swagger.operation('GET', '/api/v1/auth/me/').send();
        expect(me).toMatchObject({ status: 200, body: { email: DEMO_USERS.customer } });
      },
      { ...MOBILE, origins: [url] },
    ));
});
