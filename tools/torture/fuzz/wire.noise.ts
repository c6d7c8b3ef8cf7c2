import { connect } from 'node:net';

const HOST = 'Host: x\r\n';

/** Messages that no HTTP library would write. None may end the process or be answered by a 5xx. */
export const NOISE: readonly string[] = [
  'GET / HTTP/1.1\r\n\r\n',
  'GET /api/v1/auth/me/ HTTP/9.9\r\nHost: x\r\n\r\n',
  `GET /\u0000 HTTP/1.1\r\n${HOST}\r\n`,
  `GET /api/v1/auth/me/ HTTP/1.1\r\n${HOST}X: a\u0000b\r\n\r\n`,
  `POST /api/v1/auth/token/ HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n`,
  `POST /api/v1/auth/token/ HTTP/1.1\r\n${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  `POST /api/v1/auth/token/ HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
  `POST /api/v1/auth/token/ HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  `POST /api/v1/auth/token/ HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 10\r\nConnection: close\r\n\r\n{"a"`,
  `GET /${'a'.repeat(40_000)} HTTP/1.1\r\n${HOST}\r\n`,
  `GET / HTTP/1.1\r\n${HOST}${'X-A: b\r\n'.repeat(3_000)}\r\n`,
  `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`,
  `CONNECT evil.test:443 HTTP/1.1\r\n${HOST}\r\n`,
  `GET http://evil.test/api/v1/auth/me/ HTTP/1.1\r\n${HOST}\r\n`,
  `GET /api/v1/payments/payments/\u00ff\u00fe/ HTTP/1.1\r\n${HOST}\r\n`,
  `BREW /coffee HTTP/1.1\r\n${HOST}\r\n`,
  `GET /api/v1/auth/me/ HTTP/1.1\r\n${HOST}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
  `GET /api/v1/auth/me/ HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc`,
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000',
];

/** What came back within `timeoutMs`, however the connection ended. */
export function sendNoise(url: string, message: string, timeoutMs = 500): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect({ host: hostname, port: Number(port) });
    const end = (): void => {
      socket.destroy();
      resolve(heard);
    };
    const timer = setTimeout(end, timeoutMs);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (heard += text));
    // The server may hang up in the middle of the message: that is an answer, too.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      end();
    });
    socket.write(Buffer.from(message, 'latin1'));
  });
}

/** The status line's number; null where nothing came. */
export function noiseStatus(heard: string): number | null {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(heard)?.[1];
  return status === undefined ? null : Number(status);
}
