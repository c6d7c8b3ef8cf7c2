export interface Seal {
  seq: number;
  /** Hex. */
  prev: string;
  hash: string;
  /** As it is hashed. */
  sealedAt: string;
}

const HASH_BYTES = 32;
const SEAL_BYTES = 2 * HASH_BYTES;
/** Seals per piece of memory. */
const PIECE = 16_384;

/** Seals by the entry they are of. A long run has millions: hashes are kept as bytes, side by side. */
export class Seals {
  private readonly places = new Map<number, number>();
  private readonly numbers: number[] = [];
  private readonly moments: string[] = [];
  private readonly pieces: Buffer[] = [];
  private lastMoment = '';

  keep(entryId: string, { seq, prev, hash, sealedAt }: Seal): void {
    const place = this.numbers.length;
    if (place % PIECE === 0) this.pieces.push(Buffer.alloc(PIECE * SEAL_BYTES));
    this.at(place).write(prev + hash, 'hex');
    this.numbers.push(seq);
    // Many are sealed at once.
    if (sealedAt !== this.lastMoment) this.lastMoment = sealedAt;
    this.moments.push(this.lastMoment);
    this.places.set(Number(entryId), place);
  }

  /** The seal of an entry, once; null when there is none. */
  take(entryId: string): Seal | null {
    const place = this.places.get(Number(entryId));
    if (place === undefined) return null;
    this.places.delete(Number(entryId));
    const bytes = this.at(place);
    return {
      seq: this.numbers[place] ?? 0,
      prev: bytes.toString('hex', 0, HASH_BYTES),
      hash: bytes.toString('hex', HASH_BYTES),
      sealedAt: this.moments[place] ?? '',
    };
  }

  /** Entry and number of each seal that nobody took. */
  *left(): Generator<[entryId: number, seq: number]> {
    for (const [entryId, place] of this.places) yield [entryId, this.numbers[place] ?? 0];
  }

  private at(place: number): Buffer {
    const begin = (place % PIECE) * SEAL_BYTES;
    const piece = this.pieces[Math.floor(place / PIECE)];
    if (!piece) throw new Error(`there is no seal at place ${place}`);
    return piece.subarray(begin, begin + SEAL_BYTES);
  }
}
