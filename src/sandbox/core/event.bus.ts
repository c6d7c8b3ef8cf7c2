import { EventEmitter } from 'node:events';

export const TOPICS = [
  'prompt',
  'checkout',
  'mail',
  'refund',
  'fault',
  'request',
  'target',
  'clock',
  'reset',
] as const;
export type Topic = (typeof TOPICS)[number];

export interface SandboxEvent {
  readonly topic: Topic;
  /** The changed object as the JSON API shows it, at the moment of the change. */
  readonly data: unknown;
}

/** Tells the open pages and event streams what changed. */
export class EventBus {
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  publish(topic: Topic, data: unknown): void {
    this.#emitter.emit('change', { topic, data } satisfies SandboxEvent);
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: SandboxEvent) => void): () => void {
    this.#emitter.on('change', listener);
    return () => this.#emitter.off('change', listener);
  }
}
