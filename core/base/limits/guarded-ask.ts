import { setTimeout as delay } from 'node:timers/promises';

interface Statement {
  readonly name?: string | undefined;
  readonly text: string;
  readonly values: unknown[];
}
interface Answer {
  readonly rows: unknown[];
  readonly rowCount: number | null;
}

/** One statement to the database, in one round trip. */
export type Ask = (statement: Statement) => Promise<Answer>;

export interface GuardOptions {
  /** Milliseconds after which a database that does not answer counts as gone. */
  readonly patienceMs: number;
  /** Milliseconds for which one that is gone is not asked again: nobody should wait for it with every request. */
  readonly restMs: number;
  /** Told once when the database cannot be asked any more, and undefined when it can again. */
  readonly onNews: (error: Error | undefined) => void;
}

async function tooLate(ms: number): Promise<never> {
  await delay(ms, undefined, { ref: false });
  throw new Error(`the database has not answered for ${ms} ms`);
}

/** Asks the database, gives up early, and leaves it alone for a while after it could not be reached. */
export function guardAsk(ask: Ask, { patienceMs, restMs, onNews }: GuardOptions): Ask {
  let restsUntil = 0;
  let down: Error | undefined;
  return async (statement) => {
    if (down && performance.now() < restsUntil) throw down;
    try {
      const answer = await Promise.race([ask(statement), tooLate(patienceMs)]);
      if (down) onNews(undefined);
      down = undefined;
      return answer;
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      restsUntil = performance.now() + restMs;
      if (!down) onNews(error);
      down = error;
      throw error;
    }
  };
}
