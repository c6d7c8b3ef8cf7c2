import { Injectable } from '@nestjs/common';
import type { PayableKind, PayablePort } from './payable.port.js';

/** Where bookings, orders, invoices and visits make themselves known when their module starts. */
@Injectable()
export class Payables {
  private readonly ports = new Map<PayableKind, PayablePort>();

  register(port: PayablePort): void {
    if (this.ports.has(port.kind)) throw new Error(`payable ${port.kind} is registered twice`);
    this.ports.set(port.kind, port);
  }

  /** Null when no module brings such a payable. */
  find(kind: PayableKind): PayablePort | null {
    return this.ports.get(kind) ?? null;
  }

  get(kind: PayableKind): PayablePort {
    const port = this.ports.get(kind);
    if (!port) throw new Error(`no module registered the payable ${kind}`);
    return port;
  }
}
