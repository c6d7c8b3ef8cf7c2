import { waitFor } from '../../stack/index.js';

export interface Prompt {
  id: string;
  reference: string;
  status: string;
}
export interface RecordedRequest {
  provider: string;
  method: string;
  path: string;
  body: string;
}

/** What payers and networks do, through the sandbox's JSON. */
export class SandboxDesk {
  constructor(private readonly url: string) {}

  /** Newest first; all of them, or those of one reference of ours. */
  prompts(reference?: string): Promise<Prompt[]> {
    const query = reference === undefined ? '' : `?reference=${encodeURIComponent(reference)}`;
    return this.send('GET', `/api/prompts${query}`);
  }

  /** Waits until the prompt of our reference shows on the virtual phone. */
  prompt(reference: string): Promise<Prompt> {
    return waitFor(`the prompt of ${reference}`, async () => (await this.prompts(reference)).at(0));
  }

  async answer(reference: string, answer: 'approve' | 'decline' | 'ignore'): Promise<void> {
    await this.answerPrompt((await this.prompt(reference)).id, answer);
  }

  async answerPrompt(
    id: string,
    answer: 'approve' | 'decline' | 'ignore' | 'callback',
  ): Promise<void> {
    await this.send('POST', `/api/prompts/${id}/${answer}`);
  }

  requests(provider: string): Promise<RecordedRequest[]> {
    return this.send('GET', `/api/requests?provider=${provider}`);
  }

  async forgetRequests(): Promise<void> {
    await this.send('DELETE', '/api/requests');
  }

  async fault(provider: string, fault: Record<string, unknown>): Promise<void> {
    await this.send('PUT', `/api/faults/${provider}`, fault);
  }

  async moveClock(offsetS: number): Promise<void> {
    await this.send('POST', '/api/clock', { offset_s: offsetS });
  }

  async reset(): Promise<void> {
    await this.send('POST', '/api/reset');
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
