import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** Why a call ended without an answer. */
export interface BrokenCall {
  /** False: not one byte of the request was written, so the gateway surely did nothing. */
  started: boolean;
  error: Error;
}

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/**
 * Collects one answer and remembers whether the request was ever handed to a socket. undici says so by
 * `onRequestStart`, right before it writes, which is firmer ground than guessing from error codes.
 */
export class AnswerCollector implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | null = null;
  private status = 0;
  private headers: IncomingHttpHeaders = {};
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private over = false;

  constructor(
    private readonly maxBytes: number,
    private readonly settle: (result: RawAnswer | BrokenCall) => void,
  ) {}

  /** Ends the call now. A request that still waits for a connection is never written afterwards. */
  cancel(error: Error): void {
    this.finish({ started: this.controller !== null, error });
    this.controller?.abort(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.over) {
      controller.abort(new Error('the caller gave up before the request was sent'));
    } else if (this.controller) {
      // A second start would mean that the request goes out twice: a prompt could appear twice.
      controller.abort(new Error('refused to send the same request again on another connection'));
    } else {
      this.controller = controller;
    }
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.status = status;
    this.headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.maxBytes) {
      this.cancel(new Error(`the answer is larger than ${this.maxBytes} bytes`));
    } else {
      this.chunks.push(chunk);
    }
  }

  onResponseEnd(): void {
    this.finish({ status: this.status, headers: this.headers, body: Buffer.concat(this.chunks) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.finish({ started: this.controller !== null, error });
  }

  private finish(result: RawAnswer | BrokenCall): void {
    if (this.over) return;
    this.over = true;
    this.settle(result);
  }
}
