import { randomToken } from '../../common/index.js';
import type { EventBus } from './event.bus.js';
import type { Provider } from './providers.js';
import { RecentList } from './recent.list.js';

/** One request that a gateway received, as the JSON API shows it. */
export interface ReceivedRequest {
  readonly id: string;
  /** Real time: this is what happened on the wire. */
  readonly at: string;
  readonly provider: Provider;
  readonly method: string;
  /** With query, as the gateway's own host would see it. */
  readonly path: string;
  /** As received here, with the prefix under which the gateway is mounted. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The bytes as they came, read as UTF-8. */
  body: string;
  /** Null while unanswered, and for good where the answer was withheld on purpose. */
  answer: { readonly status: number; readonly body: string; readonly after_ms: number } | null;
}

/** The memory of what the gateways were asked; it outlives a product that was killed. */
export class Requests {
  readonly #requests = new RecentList<ReceivedRequest>();

  constructor(private readonly bus: EventBus) {}

  receive(
    request: Pick<ReceivedRequest, 'provider' | 'method' | 'path' | 'url' | 'headers'>,
  ): ReceivedRequest {
    const received: ReceivedRequest = {
      id: `req_${randomToken(6)}`,
      at: new Date().toISOString(),
      ...request,
      body: '',
      answer: null,
    };
    this.#requests.add(received);
    return received;
  }

  noteBody(request: ReceivedRequest, body: Buffer): void {
    request.body = body.toString('utf8');
    this.bus.publish('request', request);
  }

  noteAnswer(request: ReceivedRequest, status: number, body: string): void {
    request.answer = { status, body, after_ms: Date.now() - Date.parse(request.at) };
    this.bus.publish('request', request);
  }

  /** Newest first. */
  list(provider: Provider | null = null): ReceivedRequest[] {
    return this.#requests.list((request) => provider === null || request.provider === provider);
  }

  remove(provider: Provider | null = null): void {
    this.#requests.removeWhere((request) => provider === null || request.provider === provider);
    this.bus.publish('request', null);
  }
}
