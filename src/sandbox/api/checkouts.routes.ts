import type { FastifyInstance } from 'fastify';
import type { CheckoutAnswer } from '../core/checkouts.store.js';
import type { Actions } from '../sandbox.actions.js';
import type { Core } from '../sandbox.core.js';
import { readParam, readQuery } from './request.reader.js';

export const CHECKOUT_ACTS: Readonly<Record<string, CheckoutAnswer>> = {
  pay: 'paid',
  fail: 'failed',
  cancel: 'cancelled',
};

export function checkoutRoutes(app: FastifyInstance, core: Core, actions: Actions): void {
  app.get('/api/checkouts', (request) => {
    const reference = readQuery(request, 'reference');
    return core.checkouts.list((page) => reference === null || page.reference === reference);
  });
  app.get('/api/checkouts/:id', (request) => core.checkouts.get(readParam(request, 'id')));
  for (const [act, answer] of Object.entries(CHECKOUT_ACTS)) {
    app.post(`/api/checkouts/:id/${act}`, (request) =>
      actions.answerCheckout(readParam(request, 'id'), answer),
    );
  }
}
