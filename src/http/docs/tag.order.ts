/** Rooms in the order in which somebody new meets them; one that is not named follows, by its name. */
const ORDER = [
  'authentication',
  'checkout',
  'payments',
  'transactions',
  'refunds',
  'providers',
  'bookings',
  'properties',
  'visits',
  'products',
  'cart',
  'addresses',
  'orders',
  'order payments',
  'invoices',
  'receipts',
  'billing',
  'cash drawers',
  'expenses',
  'unallocated',
  'ledger',
  'reconciliation',
  'day closes',
  'audits',
  'webhook events',
];

export function inOrder(tags: Iterable<string>): string[] {
  const place = (tag: string): number => {
    const at = ORDER.indexOf(tag);
    return at === -1 ? ORDER.length : at;
  };
  return [...new Set(tags)].toSorted((a, b) => place(a) - place(b) || a.localeCompare(b));
}
