import { isLoopback } from './loopback.js';
import { SandboxError } from './sandbox.error.js';

/** Where the product listens: callbacks and the clock go there. Can change while the sandbox runs. */
export class Target {
  #url: string;

  constructor(url: string) {
    this.#url = readTarget('MALIPO_URL', url);
  }

  get url(): string {
    return this.#url;
  }

  set(url: string): void {
    this.#url = readTarget('url', url);
  }

  at(path: string): string {
    return this.#url + path;
  }
}

/** Absolute http(s) URL on this machine, without its trailing slash. @throws SandboxError 400. */
function readTarget(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new SandboxError(
      400,
      `${name}: "${text}" is not a base URL such as http://127.0.0.1:3000`,
    );
  }
  if (!isLoopback(url.hostname)) {
    throw new SandboxError(
      400,
      `${name}: ${url.hostname} is another machine; the sandbox calls back on loopback only`,
    );
  }
  return url.href.replace(/\/+$/, '');
}
