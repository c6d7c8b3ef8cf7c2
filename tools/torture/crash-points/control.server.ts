import { createServer, type Server, type Socket } from 'node:net';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Order, Report } from './preload/control.link.js';
import type { Arm } from './preload/point.gate.js';

export type Role = 'api' | 'worker';

/** A crash as the process wrote it down just before. */
export interface Hit {
  /** ms since 1970. */
  t: number;
  pid: number;
  role: Role;
  round: number;
  point: string;
}

/** One process of the product, for as long as it lives. */
export class ControlledProcess {
  private readonly waiting: ((report: { trace?: string[] }) => void)[] = [];
  alive = true;

  constructor(
    private readonly socket: Socket,
    readonly pid: number,
    readonly role: Role,
    readonly port: number,
  ) {}

  arm(round: number, arms: Arm[], patienceMs: number): Promise<void> {
    return this.order({ do: 'arm', armament: { round, arms, patienceMs } }).then(() => undefined);
  }

  learnWriters(names: string[]): Promise<void> {
    return this.order({ do: 'writers', names }).then(() => undefined);
  }

  disarm(): Promise<void> {
    return this.order({ do: 'disarm' }).then(() => undefined);
  }

  startTrace(): Promise<void> {
    return this.order({ do: 'trace' }).then(() => undefined);
  }

  async takeTrace(): Promise<string[]> {
    return (await this.order({ do: 'take' })).trace ?? [];
  }

  heard(report: { trace?: string[] }): void {
    this.waiting.shift()?.(report);
  }

  /** Whoever waits for it waits no longer. */
  ended(): void {
    this.alive = false;
    for (const resolve of this.waiting.splice(0)) resolve({});
  }

  private order(order: Order): Promise<{ trace?: string[] }> {
    if (!this.alive) return Promise.resolve({});
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.socket.write(`${JSON.stringify(order)}\n`);
    });
  }
}

/** The run's end of the processes' sockets. */
export class ControlServer {
  private readonly known = new Set<ControlledProcess>();
  private writers: string[] = [];
  private atStart: { round: number; arms: Record<Role, Arm[]>; patienceMs: number } | null = null;

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
  ) {
    server.on('connection', (socket) => this.welcome(socket));
  }

  /** In a folder of the run, whose path must be short: it is the path of a socket. */
  static async open(folder: string): Promise<ControlServer> {
    const server = createServer();
    const control = new ControlServer(server, folder);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(join(folder, 'control.sock'), resolve);
    });
    return control;
  }

  get processes(): ControlledProcess[] {
    return [...this.known];
  }

  /** Tells processes, also those that come later, which functions of the database write. */
  async tellWriters(names: string[]): Promise<void> {
    this.writers = names;
    await Promise.all(this.processes.map((process) => process.learnWriters(names)));
  }

  /** What processes are armed with from their first moment: some points are only passed then. */
  armAtStart(round: number, arms: Record<Role, Arm[]>, patienceMs: number): void {
    this.atStart = { round, arms, patienceMs };
  }

  /** All crashes so far. */
  async hits(): Promise<Hit[]> {
    const text = await readFile(join(this.folder, 'hits.jsonl'), 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Hit);
  }

  close(): void {
    this.server.close();
  }

  private welcome(socket: Socket): void {
    let process: ControlledProcess | null = null;
    let rest = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const report = JSON.parse(line) as Report;
        if ('hello' in report) {
          const { pid, role, port } = report.hello;
          process = new ControlledProcess(socket, pid, role as Role, port);
          this.known.add(process);
          void process.learnWriters(this.writers);
          if (this.atStart) {
            const { round, arms, patienceMs } = this.atStart;
            void process.arm(round, arms[process.role], patienceMs);
          }
        } else process?.heard(report);
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (!process) return;
      this.known.delete(process);
      process.ended();
    });
  }
}
