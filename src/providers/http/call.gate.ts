interface Waiting {
  admit(): void;
}

interface Room {
  inside: number;
  waiting: Set<Waiting>;
}

/** Leaves the gate; a second call does nothing. */
export type Leave = () => void;

/**
 * Lets so many calls per key through at a time; the others wait in line, and no longer than `patienceMs`. So
 * a gateway that hangs takes neither all sockets nor the time of everybody who comes after.
 */
export class CallGate {
  private readonly rooms = new Map<string, Room>();

  constructor(
    private readonly places: number,
    private readonly patienceMs: number,
  ) {}

  /** Null when no place came free in time, or `signal` aborted before. */
  enter(key: string, signal?: AbortSignal): Promise<Leave | null> {
    const room = this.roomOf(key);
    if (room.inside < this.places) return Promise.resolve(take(room));
    return new Promise((resolve) => {
      const stop = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
        room.waiting.delete(entry);
      };
      const giveUp = (): void => {
        stop();
        resolve(null);
      };
      const entry: Waiting = {
        admit: () => {
          stop();
          resolve(take(room));
        },
      };
      const timer = setTimeout(giveUp, this.patienceMs);
      signal?.addEventListener('abort', giveUp);
      room.waiting.add(entry);
    });
  }

  /** Calls inside and in line, for each key that was ever used. */
  census(): { key: string; inside: number; waiting: number }[] {
    return [...this.rooms].map(([key, { inside, waiting }]) => ({
      key,
      inside,
      waiting: waiting.size,
    }));
  }

  private roomOf(key: string): Room {
    const known = this.rooms.get(key);
    if (known) return known;
    const room: Room = { inside: 0, waiting: new Set() };
    this.rooms.set(key, room);
    return room;
  }
}

function take(room: Room): Leave {
  room.inside += 1;
  let left = false;
  return () => {
    if (left) return;
    left = true;
    room.inside -= 1;
    const [next] = room.waiting;
    next?.admit();
  };
}
