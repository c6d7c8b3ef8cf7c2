import { postJson } from './http.post.js';
import type { Delivery, Prompt, Prompts } from './prompts.store.js';
import type { Target } from './target.js';

/** Sends the gateways' notifications to the product, once each, and remembers what came of them. */
export class Notifier {
  constructor(
    private readonly target: Target,
    private readonly prompts: Prompts,
    private readonly timeoutMs: number,
  ) {}

  /** Never rejects for an unreachable product: that is an outcome. Rejects when the signal aborts. */
  async notify(prompt: Prompt, path: string, body: string, signal: AbortSignal): Promise<Delivery> {
    const url = this.target.at(path);
    const sent = { at: new Date().toISOString(), url, body };
    const delivery = await postJson(url, body, { timeoutMs: this.timeoutMs, signal }).then(
      (answer) => ({ ...sent, status: answer.status, answer: answer.body, error: null }),
      (error: unknown) => {
        signal.throwIfAborted();
        return { ...sent, status: null, answer: null, error: messageOf(error) };
      },
    );
    this.prompts.noteCallback(prompt, delivery);
    return delivery;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
