import { availableParallelism } from 'node:os';
import type { Fence } from './processors.ts';

export interface StockOptions {
  /** Megabytes that all programs that wait ready may take together. */
  readonly memoryMb: number;
  /** Most programs of one runtime that wait ready. */
  readonly most: number;
  /** Milliseconds without a run after which a runtime keeps none ready but its least. */
  readonly idleMs: number;
  /** Runs at once, from which on nothing is started ahead: it would take their processors. All of this host where nothing is said. */
  readonly busyAt?: number;
}

/** How many programs of a runtime wait ready. */
export interface Prestart {
  /** Programs kept ready while the runtime is in use. */
  readonly prestart: number;
  /** Programs kept ready also when it was not used for long; none where nothing is said. */
  readonly least?: number;
  /** What it shares with the other runtimes of the runner; where none is given, `prestart` are kept ready for ever. */
  readonly stock?: Stock;
  /** Which processors it may use; where none is given, those of this process. */
  readonly fence?: Fence;
}

/** What the stock knows of one runtime's pool. */
export interface Shelf {
  /** Programs that wait ready. */
  ready(): number;
  /** Programs that should. */
  wanted(): number;
  /** Megabytes that one of them takes, as measured, or a guess before the first. */
  memoryMb(): number;
  /** Starts one ahead. Never throws: one that does not start is tried again later. */
  add(): Promise<void>;
  /** Ends one that waits. */
  drop(): void;
}

/**
 * What all pools of a runner share: programs are started ahead one after another, only where a processor is free and
 * only up to the memory that is set aside for them; the pool that lacks most comes first.
 */
export interface Stock {
  readonly options: StockOptions;
  join(shelf: Shelf): () => void;
  /** A run begins; what it gives back is called when it has ended. */
  begin(): () => void;
  /** Looks whether something is to be started or let go. */
  review(): void;
}

const tellEvery = 10;

export function createStock(options: StockOptions): Stock {
  const shelves = new Set<Shelf>();
  const busyAt = options.busyAt ?? availableParallelism();
  let running = 0;
  let filling = false;
  let timer: NodeJS.Timeout | undefined;

  const usedMb = () => [...shelves].reduce((sum, shelf) => sum + shelf.ready() * shelf.memoryMb(), 0);

  function next(): Shelf | undefined {
    const lacks = (shelf: Shelf) => shelf.wanted() - shelf.ready();
    return [...shelves]
      .filter((shelf) => lacks(shelf) > 0 && usedMb() + shelf.memoryMb() <= options.memoryMb)
      .sort((a, b) => lacks(b) - lacks(a))[0];
  }

  async function fill(): Promise<void> {
    if (filling) return;
    filling = true;
    try {
      for (let shelf = next(); shelf && running < busyAt; shelf = next()) await shelf.add();
    } finally {
      filling = false;
    }
  }

  function letGo(): void {
    for (const shelf of shelves)
      for (let surplus = shelf.ready() - shelf.wanted(); surplus > 0; surplus -= 1) shelf.drop();
  }

  function review(): void {
    letGo();
    void fill();
  }

  return {
    options,
    review,
    join(shelf) {
      shelves.add(shelf);
      timer ??= setInterval(review, Math.min(options.idleMs / tellEvery, 30_000)).unref();
      review();
      return () => {
        shelves.delete(shelf);
        if (shelves.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    begin() {
      running += 1;
      let over = false;
      return () => {
        if (over) return;
        over = true;
        running -= 1;
        review();
      };
    },
  };
}
