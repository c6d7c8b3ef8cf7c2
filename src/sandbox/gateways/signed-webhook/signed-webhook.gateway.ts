import type { FastifyInstance } from 'fastify';
import { randomToken } from '../../../common/index.js';
import { readForm, readJson, readQuery } from '../../api/request.reader.js';
import { SandboxError } from '../../core/sandbox.error.js';
import { sendPage } from '../../pages/layout.page.js';
import type { GatewayFactory } from '../gateway.types.js';
import { PAGE_PATH, signedWebhookPage } from './signed-webhook.page.js';
import { SignedWebhookSender } from './signed-webhook.sender.js';
import { readCredentials, readOrder } from './signed-webhook.types.js';

const API_PATH = '/api/signed-webhook';
const INCOMPLETE = 'Not sent: it needs an order and an amount.';

/** Any gateway that only sends signed notifications: a person decides what it tells, and when. */
export const signedWebhook: GatewayFactory = async (core) => {
  const sender = new SignedWebhookSender(core, readCredentials(core.settings.credentials));
  return {
    provider: 'signed_webhook',
    title: 'Signed webhook',
    furtherOperations: [],
    atRoot: false,
    hints: [],
    page: PAGE_PATH,
    // Nobody calls it.
    routes: () => undefined,
    controls: (scope) => controls(scope, sender),
    reset: () => sender.reset(),
  };
};

function controls(scope: FastifyInstance, sender: SignedWebhookSender): void {
  scope.get(API_PATH, () => sender.list());
  scope.post(API_PATH, (request) => sender.send(readOrder(readJson(request), newPaymentId)));
  scope.get(PAGE_PATH, async (request, reply) => {
    const notice = readQuery(request, 'notice') === null ? null : INCOMPLETE;
    return sendPage(reply, signedWebhookPage(sender.list(), notice));
  });
  scope.post(PAGE_PATH, async (request, reply) => {
    try {
      await sender.send(readOrder(Object.fromEntries(readForm(request)), newPaymentId));
      return reply.redirect(PAGE_PATH, 303);
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      return reply.redirect(`${PAGE_PATH}?notice=incomplete`, 303);
    }
  });
}

function newPaymentId(): string {
  return `txn_${randomToken(8)}`;
}
