/** A map that forgets its oldest entries, like the lists beside it. */
export class RecentMap<V> {
  readonly #entries = new Map<string, V>();

  constructor(private readonly capacity = 20_000) {}

  set(key: string, value: V): void {
    this.#entries.set(key, value);
    if (this.#entries.size <= this.capacity) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}
