import { connect } from 'node:net';
import type { Armament, PointGate } from './point.gate.js';

/** What the run says to a process; each is answered by a line. */
export type Order =
  | { do: 'arm'; armament: Armament }
  | { do: 'disarm' }
  | { do: 'trace' }
  | { do: 'take' }
  /** Functions of the database that write, by name. */
  | { do: 'writers'; names: string[] };

/** What a process says. */
export type Report =
  { hello: { pid: number; role: string; port: number } } | { done: string; trace?: string[] };

/** Hangs the gate on the run's socket. When the run is gone nothing is armed any more. */
export function linkTo(
  path: string,
  gate: PointGate,
  writers: Set<string>,
  who: { role: string; port: number },
): void {
  const socket = connect(path);
  socket.unref();
  const say = (report: Report): void => {
    socket.write(`${JSON.stringify(report)}\n`);
  };
  say({ hello: { pid: process.pid, ...who } });
  let rest = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) say(obey(JSON.parse(line) as Order, gate, writers));
  });
  socket.on('error', () => gate.disarm());
  socket.on('close', () => gate.disarm());
}

function obey(order: Order, gate: PointGate, writers: Set<string>): Report {
  if (order.do === 'arm') gate.arm(order.armament);
  else if (order.do === 'disarm') gate.disarm();
  else if (order.do === 'trace') gate.startTrace();
  else if (order.do === 'writers') order.names.forEach((name) => writers.add(name));
  else return { done: order.do, trace: gate.takeTrace() };
  return { done: order.do };
}
