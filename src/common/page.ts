/** One numbered page of a list, with the total count. */
export interface Page<T> {
  readonly count: number;
  readonly items: T[];
}

/** One keyset page: no count, so its cost does not grow with the table. */
export interface CursorPage<T> {
  readonly items: T[];
  /** Opaque text for the following and the preceding page; null at the ends. */
  readonly next: string | null;
  readonly previous: string | null;
}
