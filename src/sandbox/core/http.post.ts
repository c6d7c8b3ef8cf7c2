import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface PostAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * POSTs (or PUTs) JSON bytes as they are, on a connection of its own: a pooled connection to a product that
 * was killed and came back would fail once, and a gateway's callback is not sent twice.
 * Rejects when nothing answers within `timeoutMs`, or when the signal aborts.
 */
export function postJson(
  url: string,
  json: string,
  options: {
    timeoutMs: number;
    signal: AbortSignal;
    method?: 'POST' | 'PUT';
    /** Besides type and length: a signature, for example. */
    headers?: Readonly<Record<string, string>>;
  },
): Promise<PostAnswer> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const request = send(
      url,
      {
        method: options.method ?? 'POST',
        agent: false,
        signal: AbortSignal.any([options.signal, timeout]),
        headers: {
          ...options.headers,
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(json),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size <= MAX_ANSWER_BYTES) chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? 'text/plain',
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    request.on('error', (error) =>
      reject(
        timeout.aborted ? new Error(`no answer within ${options.timeoutMs} ms`) : readable(error),
      ),
    );
    request.end(json);
  });
}

/** Connecting to a name with several addresses fails with an AggregateError that has no message. */
function readable(error: Error & { code?: string }): Error {
  return error.message ? error : new Error(error.code ?? error.name, { cause: error });
}
