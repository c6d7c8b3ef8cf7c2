import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  status: number;
  body: string;
}

interface Waiting {
  done(answer: RawAnswer): void;
  fail(error: Error): void;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const CHUNKS_END = Buffer.from('0\r\n\r\n');

/**
 * One kept-alive HTTP/1.1 connection, one request at a time. A client library costs more per request than
 * a fast server does, and would be what is measured.
 */
export class RawConnection {
  private socket: Socket | null = null;
  private pending: Buffer = Buffer.alloc(0);
  private waiting: Waiting | null = null;

  constructor(
    private readonly host: string,
    private readonly port: number,
  ) {}

  async open(): Promise<void> {
    const socket = connect({ host: this.host, port: this.port, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    socket.on('data', (bytes: Buffer) => this.receive(bytes));
    socket.on('error', (error) => this.lose(error));
    socket.on('close', () => this.lose(new Error('the server closed the connection')));
    this.socket = socket;
  }

  /** @throws Error when the connection is lost; the next call opens another. */
  async send(text: string): Promise<RawAnswer> {
    if (!this.socket) await this.open();
    return new Promise((done, fail) => {
      this.waiting = { done, fail };
      this.socket?.write(text, 'utf8');
    });
  }

  close(): void {
    this.waiting = null;
    this.socket?.destroy();
    this.socket = null;
  }

  private lose(error: Error): void {
    const { waiting } = this;
    this.waiting = null;
    this.pending = Buffer.alloc(0);
    this.socket?.destroy();
    this.socket = null;
    waiting?.fail(error);
  }

  private receive(bytes: Buffer): void {
    this.pending = this.pending.length === 0 ? bytes : Buffer.concat([this.pending, bytes]);
    const headEnd = this.pending.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.pending.toString('latin1', 0, headEnd);
    const bodyStart = headEnd + HEAD_END.length;
    const end = bodyEnd(this.pending, head, bodyStart);
    if (end === null) return;
    const answer = {
      status: Number(head.slice(9, 12)),
      body: this.pending.toString('utf8', bodyStart, end),
    };
    const { waiting } = this;
    this.pending = Buffer.alloc(0);
    this.waiting = null;
    waiting?.done(answer);
  }
}

/** Where the answer ends, null while it is not all there. */
function bodyEnd(bytes: Buffer, head: string, bodyStart: number): number | null {
  const length = /\r\ncontent-length: (\d+)/i.exec(head);
  if (length) {
    const end = bodyStart + Number(length[1]);
    return bytes.length >= end ? end : null;
  }
  if (/\r\ntransfer-encoding: chunked/i.test(head)) {
    const whole = bytes.subarray(-CHUNKS_END.length).equals(CHUNKS_END);
    return whole ? bytes.length : null;
  }
  return bodyStart;
}
