import type { Answer, Api } from './api.js';
import type { TestApp } from './app.js';
import { waitFor } from './wait.js';

/** What a shop's customers and staff do, over HTTP. */
export class OrderCounter {
  private constructor(
    readonly app: TestApp,
    readonly customer: Api,
    readonly customer2: Api,
    readonly staff: Api,
  ) {}

  static async open(app: TestApp): Promise<OrderCounter> {
    const counter = new OrderCounter(
      app,
      await app.api.login('customer'),
      await app.api.login('customer2'),
      await app.api.login('staff'),
    );
    // The demo's cart is in nobody's way.
    await counter.customer.send('DELETE', '/orders/api/cart/');
    return counter;
  }

  async product(stock = 10, values: Record<string, unknown> = {}): Promise<number> {
    return made(
      await this.staff.post('/orders/api/products/', {
        name: 'Drum',
        price: '25.00',
        currency: 'USD',
        stock,
        ...values,
      }),
    );
  }

  async address(user: Api = this.customer): Promise<number> {
    return made(
      await user.post('/orders/api/addresses/', {
        recipient: 'Asha Juma',
        line1: '1 Uhuru Street',
        city: 'Dar es Salaam',
        country: 'TZ',
      }),
    );
  }

  async fill(product: number, quantity = 1, user: Api = this.customer): Promise<void> {
    const { status, body } = await user.post('/orders/api/cart/items/', { product, quantity });
    if (status !== 201) throw new Error(`the cart answered ${status} ${JSON.stringify(body)}`);
  }

  place(method: string, address = 1, user: Api = this.customer): Promise<Answer> {
    return user.post('/orders/api/orders/', { shipping_address: address, method });
  }

  /** An order of one product that there are `stock` of. */
  async anOrder(method: string, stock = 10): Promise<{ id: number; product: number }> {
    const product = await this.product(stock);
    await this.fill(product);
    return { id: made(await this.place(method)), product };
  }

  stripe(body: Record<string, unknown> = {}, user: Api = this.customer): Promise<Answer> {
    return user.post('/orders/api/create-stripe-order/', { shipping_address: 1, ...body });
  }

  async order(id: unknown): Promise<Record<string, unknown>> {
    return (await this.staff.get(`/orders/api/orders/${String(id)}/`)).body;
  }

  async payments(order: unknown): Promise<Record<string, unknown>[]> {
    const { body } = await this.staff.get<{ results: Record<string, unknown>[] }>(
      `/orders/api/payments/?order=${String(order)}`,
    );
    return body.results;
  }

  /** [on the shelf, held for orders] */
  async shelf(product: number): Promise<[stock: number, reserved: number]> {
    const { body } = await this.staff.get(`/orders/api/products/${product}/`);
    return [Number(body['stock']), Number(body['reserved'])];
  }

  /** What the customer does on the hosted page of this address. */
  async onPage(url: unknown, act: 'pay' | 'fail' | 'cancel'): Promise<void> {
    const page = (await this.app.sandbox.checkouts()).find((checkout) => checkout.url === url);
    if (!page) throw new Error(`no page at ${String(url)}`);
    const answer = await fetch(`${this.app.sandbox.url}/api/checkouts/${page.id}/${act}`, {
      method: 'POST',
    });
    if (!answer.ok) throw new Error(`${act} answered ${answer.status}`);
  }

  untilOrder(id: unknown, expected: Record<string, unknown>): Promise<Record<string, unknown>> {
    return waitFor(`order ${String(id)} to be ${JSON.stringify(expected)}`, async () => {
      const order = await this.order(id);
      const there = Object.entries(expected).every(([name, value]) => order[name] === value);
      return there ? order : null;
    });
  }

  /** How many Checkout sessions Stripe was asked to open. */
  async sessionsAskedFor(): Promise<number> {
    const requests = await this.app.sandbox.requests('stripe');
    return requests.filter(
      ({ method, path }) => method === 'POST' && path.endsWith('/v1/checkout/sessions'),
    ).length;
  }
}

function made({ status, body }: Answer): number {
  if (status !== 201) throw new Error(`not made: ${status} ${JSON.stringify(body)}`);
  return Number(body['id']);
}
