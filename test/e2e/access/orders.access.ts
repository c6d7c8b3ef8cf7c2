import { type AccessDesk, type AccessTable, type Caller, row } from '../../support/access.js';

/**
 * What each role gets for products of account 1, and for orders and payments of `customer` there. A cart and
 * addresses are everybody's own: what belongs to another user is 404, for staff as well.
 */
const rows = [
  // route                                            nobody cust cust2 owner cashier staff admin outsider
  row('GET /orders/api/products/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('POST /orders/api/products/', 401, 403, 403, 403, 403, 201, 201, 201),
  row('GET /orders/api/products/{id}/', 401, 200, 200, 200, 200, 200, 200, 404),
  row('PATCH /orders/api/products/{id}/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('GET /orders/api/cart/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('DELETE /orders/api/cart/', 401, 204, 204, 403, 204, 204, 204, 204),
  row('POST /orders/api/cart/items/', 401, 201, 201, 403, 201, 201, 201, 404),
  row('PATCH /orders/api/cart/items/{id}/', 401, 200, 404, 403, 404, 404, 404, 404),
  row('DELETE /orders/api/cart/items/{id}/', 401, 204, 404, 403, 404, 404, 404, 404),
  row('GET /orders/api/addresses/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('POST /orders/api/addresses/', 401, 201, 201, 403, 201, 201, 201, 201),
  row('GET /orders/api/addresses/{id}/', 401, 200, 404, 404, 404, 404, 404, 404),
  row('PATCH /orders/api/addresses/{id}/', 401, 200, 404, 403, 404, 404, 404, 404),
  row('DELETE /orders/api/addresses/{id}/', 401, 204, 404, 403, 404, 404, 404, 404),
  row('GET /orders/api/orders/', 401, 200, 200, 200, 200, 200, 200, 200),
  // The address is the customer's.
  row('POST /orders/api/orders/', 401, 201, 404, 403, 404, 404, 404, 404),
  row('GET /orders/api/orders/{id}/', 401, 200, 404, 404, 200, 200, 200, 404),
  row('POST /orders/api/orders/{id}/cancel/', 401, 200, 404, 403, 200, 200, 200, 404),
  row('POST /orders/api/orders/{id}/fulfil/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('GET /orders/api/payments/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('GET /orders/api/payments/{id}/', 401, 200, 404, 404, 200, 200, 200, 404),
  row('POST /orders/api/create-stripe-order/', 401, 200, 404, 403, 404, 404, 404, 404),
];

const ADDRESS = {
  recipient: 'Asha Juma',
  line1: '1 Uhuru Street',
  city: 'Dar es Salaam',
  country: 'TZ',
};
const as = (desk: AccessDesk, caller: Caller = 'customer') => desk.as(caller);

const aProduct = (desk: AccessDesk): Promise<number> =>
  desk.made(
    as(desk, 'staff').post('/orders/api/products/', {
      name: `Drum ${desk.number}`,
      price: '25.00',
      currency: 'USD',
      stock: 100,
    }),
  );
const anAddress = (desk: AccessDesk): Promise<number> =>
  desk.made(as(desk).post('/orders/api/addresses/', ADDRESS));

/** The customer's cart with one product in it; answers the item's id. */
async function aCartItem(desk: AccessDesk): Promise<number> {
  await as(desk).send('DELETE', '/orders/api/cart/');
  const { status, body } = await as(desk).post<{ items: { id: number }[] }>(
    '/orders/api/cart/items/',
    { product: await aProduct(desk) },
  );
  expect({ status, body }).toMatchObject({ status: 201 });
  return Number(body.items[0]?.id);
}

async function anOrder(desk: AccessDesk): Promise<number> {
  await aCartItem(desk);
  const body = { shipping_address: 1, method: 'ONLINE' };
  return desk.made(as(desk).post('/orders/api/orders/', body));
}

async function aPayment(desk: AccessDesk): Promise<number> {
  const { body } = await as(desk).get<{ results: { id: number }[] }>(
    `/orders/api/payments/?order=${await anOrder(desk)}`,
  );
  return Number(body.results[0]?.id);
}

/** What each `{id}` stands for, by the folder it stands in. */
const OBJECTS: Record<string, (desk: AccessDesk) => Promise<number>> = {
  products: aProduct,
  items: aCartItem,
  addresses: anAddress,
  orders: anOrder,
  payments: aPayment,
};

const BODIES: Record<string, (desk: AccessDesk) => Promise<unknown>> = {
  'POST /orders/api/products/': () =>
    Promise.resolve({ name: 'Kanga', price: '12.50', currency: 'USD', stock: 3 }),
  'PATCH /orders/api/products/{id}/': () => Promise.resolve({ stock: 99 }),
  'POST /orders/api/cart/items/': async (desk) => ({ product: await aProduct(desk) }),
  'PATCH /orders/api/cart/items/{id}/': () => Promise.resolve({ quantity: 2 }),
  'POST /orders/api/addresses/': () => Promise.resolve(ADDRESS),
  'PATCH /orders/api/addresses/{id}/': () => Promise.resolve({ city: 'Dodoma' }),
  'POST /orders/api/orders/': async (desk) => {
    await aCartItem(desk);
    return { shipping_address: await anAddress(desk), method: 'COD' };
  },
  'POST /orders/api/create-stripe-order/': async (desk) => ({
    shipping_address: 1,
    order: await anOrder(desk),
  }),
};

async function requestOf(
  desk: AccessDesk,
  route: string,
): Promise<{ path: string; body?: unknown }> {
  const [, template = ''] = route.split(' ');
  // The demo's paid order can be fulfilled again and again.
  if (template.endsWith('/fulfil/')) return { path: template.replace('{id}', '2') };
  const folder = /(\w+)\/\{id\}/.exec(template)?.[1];
  const id = folder ? await OBJECTS[folder]?.(desk) : undefined;
  const body = await BODIES[route]?.(desk);
  return {
    path: template.replace('{id}', String(id)),
    ...(body === undefined ? {} : { body }),
  };
}

/** Products, carts, addresses, orders and their payments. */
export const ordersAccess: AccessTable = { rows, requestOf };
