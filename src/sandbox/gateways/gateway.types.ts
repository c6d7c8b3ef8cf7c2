import type { FastifyInstance } from 'fastify';
import type { Core } from '../sandbox.core.js';
import type { Checkout, CheckoutAnswer } from '../core/checkouts.store.js';
import type { Operation } from '../core/faults.store.js';
import type { Delivery, Prompt } from '../core/prompts.store.js';
import type { Provider } from '../core/providers.js';

/** One simulated gateway: its wire, and what it does when the payer has answered. */
export interface SandboxGateway {
  readonly provider: Provider;
  /** For people. */
  readonly title: string;
  /** Calls that can go wrong besides initiate, status and refund. */
  readonly furtherOperations: readonly Operation[];
  /**
   * Its paths collide with no other gateway's nor with the sandbox's own, so they answer at the root
   * too, besides under `/{provider}`.
   */
  readonly atRoot: boolean;
  /** What a person should know who tries it: numbers that force an outcome, for example. */
  readonly hints: readonly { readonly value: string; readonly effect: string }[];
  /** Where a person makes it notify. Such a gateway takes no calls, so none can go wrong. */
  readonly page?: string;
  /** The gateway's own API, in its own wire format. */
  routes(scope: FastifyInstance): void;
  /** Its part of the sandbox's JSON API, if any. */
  controls?(scope: FastifyInstance): void;
  /** The payer answered one of its prompts: notify the product. */
  promptAnswered?(prompt: Prompt): void;
  /** Sends the outcome's notification once more, plainly. @throws SandboxError 409 where there is no outcome. */
  notifyAgain?(prompt: Prompt): Promise<Delivery>;
  /** The payer ended one of its hosted pages: notify the product, set `return_url`. */
  checkoutAnswered?(checkout: Checkout, answer: CheckoutAnswer): void;
  /** Forget every payment. */
  reset(): void;
}

export type GatewayFactory = (core: Core) => Promise<SandboxGateway>;
