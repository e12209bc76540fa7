/** What is needed together is what was asked for within so long: about the time in which one more is made ready. */
const togetherMs = 10_000;
/** Runs that are remembered. */
const remembered = 256;

/** How many programs of a runtime were asked for at once, lately. */
export interface Demand {
  note(): void;
  /** Most runs that began within ten seconds of each other, of those not longer ago than `withinMs`. */
  burst(withinMs: number): number;
}

/** @param now milliseconds of a clock that only goes forward */
export function createDemand(now: () => number = () => performance.now()): Demand {
  const times: number[] = [];
  return {
    note() {
      times.push(now());
      if (times.length > remembered) times.shift();
    },
    burst(withinMs) {
      const since = now() - withinMs;
      let most = 0;
      for (let first = 0, last = 0; last < times.length; last += 1) {
        const end = times[last] ?? 0;
        if (end < since) {
          first = last + 1;
          continue;
        }
        while ((times[first] ?? 0) < end - togetherMs) first += 1;
        most = Math.max(most, last - first + 1);
      }
      return most;
    },
  };
}
