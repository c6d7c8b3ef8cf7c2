import type { Scale } from '../torture.part.js';

export interface ChaosScale {
  /** How many payments are made before the load stops. */
  payments: number;
  /** SIGKILLs of APIs and workers. */
  kills: number;
  /** Immediate stops of PostgreSQL. */
  crashes: number;
  /** Redis killed and begun anew; none on the PostgreSQL backend. */
  wipes: number;
  /** Processes that are stopped for seconds and wake as zombies. */
  zombies: number;
  /** Times that a way between processes breaks. */
  wayFaults: number;
  /** Times that a gateway misbehaves, or its callbacks do. */
  gatewayFaults: number;
}

const CI: ChaosScale = {
  payments: 10_000,
  kills: 100,
  crashes: 5,
  wipes: 3,
  zombies: 10,
  wayFaults: 40,
  gatewayFaults: 80,
};

export const CHAOS_SCALES: Readonly<Record<Scale, ChaosScale>> = {
  push: {
    payments: 1_500,
    kills: 20,
    crashes: 1,
    wipes: 1,
    zombies: 2,
    wayFaults: 8,
    gatewayFaults: 16,
  },
  ci: CI,
  night: times(CI, 12),
  soak: times(CI, 48),
};

function times(scale: ChaosScale, factor: number): ChaosScale {
  return Object.fromEntries(
    Object.entries(scale).map(([name, count]) => [name, Number(count) * factor]),
  ) as unknown as ChaosScale;
}
