import { waitFor } from './wait.js';

export interface Prompt {
  id: string;
  provider: string;
  phone: string;
  amount: string;
  currency: string;
  reference: string;
  status: string;
}

export interface RecordedRequest {
  provider: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** The gateways' side of a test: what people and networks would do, through the sandbox's JSON API. */
export class SandboxClient {
  constructor(readonly url: string) {}

  async reset(): Promise<void> {
    await this.send('POST', '/api/reset');
  }

  prompts(phone?: string): Promise<Prompt[]> {
    return this.send('GET', `/api/prompts${phone ? `?phone=${phone}` : ''}`);
  }

  /** Waits until the prompt of our reference shows on the virtual phone. */
  prompt(reference: string): Promise<Prompt> {
    return waitFor(`the prompt of ${reference}`, async () =>
      (await this.prompts()).find((prompt) => prompt.reference === reference),
    );
  }

  async answer(reference: string, answer: 'approve' | 'decline' | 'ignore'): Promise<void> {
    const { id } = await this.prompt(reference);
    await this.send('POST', `/api/prompts/${id}/${answer}`);
  }

  /** Sends the callback of an answered prompt once more. */
  async repeatCallback(reference: string): Promise<void> {
    const { id } = await this.prompt(reference);
    await this.send('POST', `/api/prompts/${id}/callback`);
  }

  async fault(fault: Record<string, unknown>, provider = 'azampay'): Promise<void> {
    await this.send('PUT', `/api/faults/${provider}`, fault);
  }

  requests(provider = 'azampay'): Promise<RecordedRequest[]> {
    return this.send('GET', `/api/requests?provider=${provider}`);
  }

  /** How often a gateway was asked to prompt for this reference. */
  async promptRequests(reference: string): Promise<number> {
    const requests = await this.requests();
    return requests.filter(
      ({ path, body }) => path.includes('/mno/checkout') && body.includes(reference),
    ).length;
  }

  async moveClock(offsetS: number): Promise<void> {
    await this.send('POST', '/api/clock', { offset_s: offsetS });
  }

  private async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(new URL(path, this.url), {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`sandbox ${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : null) as T;
  }
}
