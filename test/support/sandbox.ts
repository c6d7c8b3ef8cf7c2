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

/** A hosted page that a payer was sent to. */
export interface Checkout {
  id: string;
  provider: string;
  amount: string;
  currency: string;
  reference: string;
  /** Exactly as handed to the payer. */
  url: string;
  status: string;
  return_url: string | null;
}

export interface Mail {
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string | null;
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

  checkouts(): Promise<Checkout[]> {
    return this.send('GET', '/api/checkouts');
  }

  /** Waits until a hosted page for our reference is open or over. */
  checkout(reference: string): Promise<Checkout> {
    return waitFor(`the page of ${reference}`, async () =>
      (await this.checkouts()).find((checkout) => checkout.reference === reference),
    );
  }

  /** What the payer does on the newest hosted page of our reference. @throws when that has ended. */
  async endCheckout(reference: string, act: 'pay' | 'fail' | 'cancel'): Promise<Checkout> {
    const { id } = await this.checkout(reference);
    return this.send('POST', `/api/checkouts/${id}/${act}`);
  }

  /** Sends the callback of an answered prompt once more. */
  async repeatCallback(reference: string): Promise<void> {
    const { id } = await this.prompt(reference);
    await this.send('POST', `/api/prompts/${id}/callback`);
  }

  async fault(fault: Record<string, unknown>, provider = 'azampay'): Promise<void> {
    await this.send('PUT', `/api/faults/${provider}`, fault);
  }

  mails(to: string): Promise<Mail[]> {
    return this.send('GET', `/api/mails?to=${encodeURIComponent(to)}`);
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
