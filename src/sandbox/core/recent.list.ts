/** A list that forgets its oldest entries, so that a load test cannot fill the memory. */
export class RecentList<T> {
  #items: T[] = [];

  constructor(private readonly capacity = 10_000) {}

  add(item: T): void {
    this.#items.push(item);
    // Trimmed in bulk: shifting an array on every entry would cost its whole length each time.
    if (this.#items.length > this.capacity * 1.25) this.#items = this.#items.slice(-this.capacity);
  }

  /** Newest first, of those that pass. */
  list(pass: (item: T) => boolean = () => true): T[] {
    return this.#items.filter(pass).toReversed();
  }

  removeWhere(match: (item: T) => boolean): void {
    this.#items = this.#items.filter((item) => !match(item));
  }

  clear(): void {
    this.#items = [];
  }
}
