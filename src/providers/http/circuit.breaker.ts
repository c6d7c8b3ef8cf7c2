interface Circuit {
  failures: number;
  /** Milliseconds on the monotonic clock until which calls are refused; 0 while closed. */
  openUntil: number;
  probing: boolean;
}

/**
 * Stops calling an operation of a gateway that fails time after time: a refused call is surely not sent,
 * whereas each further call to a hanging gateway would leave an attempt whose outcome nobody knows.
 * After the pause a single call goes through as a probe; its fate closes or reopens the circuit.
 */
export class CircuitBreaker {
  private readonly circuits = new Map<string, Circuit>();

  constructor(
    private readonly threshold: number,
    private readonly pauseMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** True when a call may go out. Every permitted call must be followed by `record` or `release`. */
  permits(key: string): boolean {
    const circuit = this.circuits.get(key);
    if (!circuit || circuit.failures < this.threshold) return true;
    if (circuit.probing || this.now() < circuit.openUntil) return false;
    circuit.probing = true;
    return true;
  }

  record(key: string, healthy: boolean): void {
    if (healthy) {
      this.circuits.delete(key);
      return;
    }
    const circuit = this.circuits.get(key) ?? { failures: 0, openUntil: 0, probing: false };
    circuit.failures += 1;
    circuit.probing = false;
    if (circuit.failures >= this.threshold) circuit.openUntil = this.now() + this.pauseMs;
    this.circuits.set(key, circuit);
  }

  /** The call said nothing about the gateway's health, e.g. it was withdrawn before it was sent. */
  release(key: string): void {
    const circuit = this.circuits.get(key);
    if (circuit) circuit.probing = false;
  }
}
