import { DomainError } from '../common/index.js';

export const productNotFound = (): DomainError =>
  new DomainError('not_found', 'product_not_found', 'Product not found');

export const stockReserved = (reserved: number): DomainError =>
  new DomainError('conflict', 'stock_reserved', `${reserved} are held for orders: keep that many`, {
    errors: { stock: [`must be at least ${reserved}`] },
  });

export const addressNotFound = (): DomainError =>
  new DomainError('not_found', 'address_not_found', 'Address not found');

export const cartItemNotFound = (): DomainError =>
  new DomainError('not_found', 'cart_item_not_found', 'The cart has no such item');

export const cartEmpty = (): DomainError =>
  new DomainError('refused', 'cart_empty', 'The cart is empty: put something into it first');

export const cartFull = (most: number): DomainError =>
  new DomainError('refused', 'cart_full', `A cart holds at most ${most} different products`);

export const tooManyOfOne = (most: number): DomainError =>
  new DomainError('refused', 'too_many_of_one', `A cart holds at most ${most} of one product`, {
    errors: { quantity: [`must leave at most ${most} in the cart`] },
  });

export const otherCurrency = (currency: string): DomainError =>
  new DomainError(
    'refused',
    'cart_currency_mismatch',
    `The cart is in ${currency}: order it, or empty it, before you add something in another currency`,
  );

export const productUnavailable = (names: string[]): DomainError =>
  new DomainError('refused', 'product_unavailable', `Not sold any more: ${names.join(', ')}`);

export const outOfStock = (names: string[]): DomainError =>
  new DomainError('refused', 'out_of_stock', `Not enough in stock: ${names.join(', ')}`);

export const orderTooLarge = (): DomainError =>
  new DomainError('refused', 'order_too_large', 'The total has more than 15 digits');

export const orderNotFound = (): DomainError =>
  new DomainError('not_found', 'order_not_found', 'Order not found');

export const alreadyPaid = (): DomainError =>
  new DomainError(
    'refused',
    'payment_already_completed',
    'Payment already completed for this order',
  );

/** `act`: past participle, e.g. "paid". */
export const wrongOrderState = (status: string, act: string): DomainError =>
  new DomainError('conflict', 'invalid_order_state', `A ${status} order cannot be ${act}`);

export const notPayable = (status: string): DomainError =>
  new DomainError('refused', 'order_not_payable', `A ${status} order cannot be paid`);

export const orderHasPayments = (): DomainError =>
  new DomainError(
    'conflict',
    'order_has_payments',
    'Money has been paid for this order: refund it instead',
  );

export const gatewayNotConfigured = (gateway: string): DomainError =>
  new DomainError(
    'refused',
    'gateway_not_configured',
    `${gateway} is not set up here: choose another method`,
  );

export const currencyNotTaken = (gateway: string, currency: string): DomainError =>
  new DomainError('refused', 'unsupported_currency', `${gateway} takes no ${currency} here`);

export const sessionUnknown = (): DomainError =>
  new DomainError(
    'unavailable',
    'session_unknown',
    'Stripe has not confirmed the payment page yet: send the same request again',
    { retryAfterS: 5 },
  );
