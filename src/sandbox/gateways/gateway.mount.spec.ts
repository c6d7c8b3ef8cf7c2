import { Catcher } from '../../../test/support/azampay-desk.js';
import type { Checkout } from '../core/checkouts.store.js';
import { startSandbox } from '../index.js';
import type { GatewayFactory } from './gateway.types.js';

/** The least a gateway with hosted pages needs: what the sandbox must carry beyond AzamPay. */
const pages: GatewayFactory = async ({ checkouts, settings }) => ({
  provider: 'wave',
  title: 'Wave',
  furtherOperations: [],
  atRoot: false,
  hints: [],
  routes: (scope) => {
    scope.post('/v1/checkout/sessions', async () => {
      const { url, id } = checkouts.open({
        provider: 'wave',
        merchant: 'Hotel',
        description: 'Two <nights>',
        amount: '1500',
        currency: 'XOF',
        reference: 'ref-1',
        gateway_reference: 'cos-1',
        url: (id) => `http://127.0.0.1:${settings.port}/checkout/${id}`,
      });
      return { id, wave_launch_url: url };
    });
  },
  checkoutAnswered: (checkout, answer) => {
    checkout.return_url = `http://127.0.0.1:3000/${answer}`;
  },
  reset: () => undefined,
});

describe('a gateway with hosted pages', () => {
  it('opens, shows and ends them, by JSON and by form', async () => {
    const catcher = await Catcher.listen();
    const sandbox = await startSandbox({ port: 0, malipoUrl: catcher.url }, [pages]);
    const call = (method: string, path: string) =>
      fetch(sandbox.url + path, { method, redirect: 'manual' });
    try {
      await call('POST', '/wave/v1/checkout/sessions');
      await call('POST', '/wave/v1/checkout/sessions');
      const [second, first] = (await (await call('GET', '/api/checkouts')).json()) as Checkout[];
      expect(first).toMatchObject({
        provider: 'wave',
        amount: '1500',
        currency: 'XOF',
        reference: 'ref-1',
        status: 'open',
        url: expect.stringContaining(`/checkout/${first?.id}`),
      });
      const page = await call('GET', `/checkout/${first?.id}`);
      const text = await page.text();
      expect(text).toContain('1,500');
      expect(text).toContain('Two &lt;nights&gt;');
      expect(page.headers.get('content-security-policy')).toContain(
        "form-action 'self' http: https:",
      );

      const paid = await call('POST', `/checkout/${first?.id}/pay`);
      expect([paid.status, paid.headers.get('location')]).toEqual([
        303,
        'http://127.0.0.1:3000/paid',
      ]);
      expect(await (await call('GET', `/checkout/${first?.id}`)).text()).not.toContain('/pay"');
      const cancelled = await call('POST', `/api/checkouts/${second?.id}/cancel`);
      expect(await cancelled.json()).toMatchObject({
        status: 'cancelled',
        return_url: expect.any(String),
      });
      expect((await call('POST', `/api/checkouts/${second?.id}/pay`)).status).toBe(409);
      expect((await call('GET', '/checkout/chk_none')).status).toBe(404);

      expect((await call('POST', '/v1/checkout/sessions')).status).toBe(404);
      const requests = (await (
        await call('GET', '/api/requests?provider=wave')
      ).json()) as unknown[];
      expect(requests).toHaveLength(2);
      expect(await (await call('GET', '/checkout')).text()).toContain('cancelled');
    } finally {
      await sandbox.close();
      await catcher.close();
    }
  });
});
