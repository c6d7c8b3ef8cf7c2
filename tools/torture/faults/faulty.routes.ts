import type { Routes } from '../../stack/index.js';
import { FaultProxy, NO_FAULT, type Fault } from './fault.proxy.js';

/** Product to database, product to gateways, gateways back to the APIs. */
export const WAYS = ['database', 'gateways', 'callbacks'] as const;
export type WayName = (typeof WAYS)[number];

/** All ways of a stack lead through proxies that break on command. */
export class FaultyRoutes implements Routes {
  private proxies: Record<WayName, FaultProxy> | null = null;

  async open(real: { database: number; gateways: number; apis: number[] }) {
    this.proxies = {
      database: await FaultProxy.listen([real.database]),
      gateways: await FaultProxy.listen([real.gateways]),
      callbacks: await FaultProxy.listen(real.apis),
    };
    const { database, gateways, callbacks } = this.proxies;
    return { database: database.port, gateways: gateways.port, callbacks: callbacks.port };
  }

  set(way: WayName, fault: Fault): void {
    this.proxies?.[way].set(fault);
  }

  heal(): void {
    for (const way of WAYS) this.set(way, NO_FAULT);
  }

  async close(): Promise<void> {
    const { proxies } = this;
    this.proxies = null;
    if (proxies) await Promise.all(WAYS.map((way) => proxies[way].close()));
  }
}
