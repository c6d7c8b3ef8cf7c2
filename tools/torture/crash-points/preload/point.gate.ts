/** One wanted crash: at the time after `skip` earlier ones that the process comes to this point. */
export interface Arm {
  point: string;
  skip: number;
}

export interface Armament {
  /** Names the round that a hit belongs to. */
  round: number;
  arms: Arm[];
  /** ms that the process stands at its first point, for others to come to theirs. */
  patienceMs: number;
}

export interface GateHands {
  /** Writes down, synchronously, that this point was come to. */
  record(point: string, round: number): void;
  /** Ends the process at once. */
  kill(): void;
}

/** Others wait for the locks of a transaction, and their patience is seconds. */
export const LOCKED_MS = 400;
/** What was answered goes on: the crash is to come before anything else does. */
export const ANSWERED_MS = 50;

/**
 * The points that the process passes. At an armed one the operation stands still for ever, and the process is
 * killed as soon as all armed points hold one or patience ends: operations of several payments then die with
 * it, each at its own point.
 */
export class PointGate {
  private arms: Arm[] = [];
  private round = 0;
  private patienceMs = 0;
  private trace: string[] | null = null;
  private killAt = Infinity;

  constructor(
    private readonly hands: GateHands,
    private readonly now: () => number = Date.now,
  ) {}

  arm({ round, arms, patienceMs }: Armament): void {
    this.round = round;
    this.patienceMs = patienceMs;
    this.arms = arms.map((arm) => ({ ...arm }));
  }

  /** Lets everything pass again; a process that has stood still somewhere is killed all the same. */
  disarm(): void {
    this.arms = [];
  }

  startTrace(): void {
    this.trace = [];
  }

  /** Every point passed since the start, in order. */
  takeTrace(): string[] {
    const passed = this.trace ?? [];
    this.trace = null;
    return passed;
  }

  /** True: stand still here, `mostMs` at most until the process dies. */
  reach(point: string, mostMs = Infinity): boolean {
    this.trace?.push(point);
    const arm = this.arms.find((candidate) => candidate.point === point);
    if (!arm) return false;
    if (arm.skip > 0) {
      arm.skip -= 1;
      return false;
    }
    this.arms.splice(this.arms.indexOf(arm), 1);
    this.hands.record(point, this.round);
    this.schedule(Math.min(mostMs, this.patienceMs));
    return true;
  }

  private schedule(patienceMs: number): void {
    if (this.arms.length === 0) return this.hands.kill();
    const at = this.now() + patienceMs;
    if (at >= this.killAt) return;
    this.killAt = at;
    setTimeout(() => this.hands.kill(), patienceMs).unref();
  }
}
