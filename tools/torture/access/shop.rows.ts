import type { AccessDesk } from './access.desk.js';
import { type AccessRow, of, plain, row } from './access.row.js';

const SHOP = '/orders/api/';
const EVERYBODY = '401 200 200 200 200 200 200 200';
const ADDRESS = {
  recipient: 'Asha Juma',
  line1: '1 Uhuru Street',
  city: 'Dar es Salaam',
  country: 'TZ',
};

const product = (desk: AccessDesk) => ({
  name: `Drum ${desk.number}`,
  price: '25.00',
  currency: 'USD',
  stock: 100,
});
const aProduct = (desk: AccessDesk): Promise<number> =>
  desk.make('staff', `${SHOP}products/`, product(desk));
const anAddress = (desk: AccessDesk): Promise<number> =>
  desk.make('customer', `${SHOP}addresses/`, ADDRESS);

/** The customer's cart with one product in it; answers the item's id. */
async function aCartItem(desk: AccessDesk): Promise<number> {
  await desk.send('customer', 'DELETE', `${SHOP}cart/`);
  const cart = await desk.post('customer', `${SHOP}cart/items/`, { product: await aProduct(desk) });
  return Number((cart['items'] as { id: number }[])[0]?.id);
}

async function anOrder(desk: AccessDesk): Promise<number> {
  await aCartItem(desk);
  return desk.make('customer', `${SHOP}orders/`, { shipping_address: 1, method: 'ONLINE' });
}
const orderBody = async (desk: AccessDesk) => {
  await aCartItem(desk);
  return { shipping_address: await anAddress(desk), method: 'COD' };
};
const stripeBody = async (desk: AccessDesk) => ({
  shipping_address: 1,
  order: await anOrder(desk),
});
const anOrderPayment = async (desk: AccessDesk): Promise<number> =>
  desk.first('customer', `${SHOP}payments/?order=${await anOrder(desk)}`);
/** The demo's paid order can be fulfilled again and again. */
const thePaidOrder = () => Promise.resolve(2);

/** Products are the account's; a cart and addresses are everybody's own, staff's and an admin's too. */
export const shopRows: readonly AccessRow[] = [
  row(`GET ${SHOP}products/`, EVERYBODY),
  row(`POST ${SHOP}products/`, '401 403 403 403 403 201 201 201', plain(product)),
  row(`GET ${SHOP}products/{id}/`, '401 200 200 200 200 200 200 404', of(aProduct)),
  row(
    `PATCH ${SHOP}products/{id}/`,
    '401 403 403 403 403 200 200 404',
    of(aProduct, { stock: 99 }),
  ),
  row(`GET ${SHOP}cart/`, EVERYBODY),
  row(`DELETE ${SHOP}cart/`, '401 204 204 403 204 204 204 204'),
  row(
    `POST ${SHOP}cart/items/`,
    '401 201 201 403 201 201 201 404',
    plain(async (desk: AccessDesk) => ({ product: await aProduct(desk) })),
    ['product'],
  ),
  row(
    `PATCH ${SHOP}cart/items/{id}/`,
    '401 200 404 403 404 404 404 404',
    of(aCartItem, { quantity: 2 }),
  ),
  row(`DELETE ${SHOP}cart/items/{id}/`, '401 204 404 403 404 404 404 404', of(aCartItem)),
  row(`GET ${SHOP}addresses/`, EVERYBODY),
  row(`POST ${SHOP}addresses/`, '401 201 201 403 201 201 201 201', plain(ADDRESS)),
  row(`GET ${SHOP}addresses/{id}/`, '401 200 404 404 404 404 404 404', of(anAddress)),
  row(
    `PATCH ${SHOP}addresses/{id}/`,
    '401 200 404 403 404 404 404 404',
    of(anAddress, { city: 'Dodoma' }),
  ),
  row(`DELETE ${SHOP}addresses/{id}/`, '401 204 404 403 404 404 404 404', of(anAddress)),
  row(`GET ${SHOP}orders/`, EVERYBODY),
  row(`POST ${SHOP}orders/`, '401 201 404 403 404 404 404 404', plain(orderBody), [
    'shipping_address',
  ]),
  row(`GET ${SHOP}orders/{id}/`, '401 200 404 404 200 200 200 404', of(anOrder)),
  row(`POST ${SHOP}orders/{id}/cancel/`, '401 200 404 403 200 200 200 404', of(anOrder)),
  row(`POST ${SHOP}orders/{id}/fulfil/`, '401 403 403 403 403 200 200 404', of(thePaidOrder)),
  row(`GET ${SHOP}payments/`, EVERYBODY),
  row(`GET ${SHOP}payments/{id}/`, '401 200 404 404 200 200 200 404', of(anOrderPayment)),
  row(`POST ${SHOP}create-stripe-order/`, '401 200 404 403 404 404 404 404', plain(stripeBody), [
    'shipping_address',
    'order',
  ]),
];
