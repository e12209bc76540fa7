/**
 * Turns many small calls into few large ones: while one call is under way, what is asked for meanwhile is gathered for
 * the next. Nothing waits longer than for the call before it.
 * @returns a function whose promise is done when the call with its item is
 */
export function gather<T>(call: (items: readonly T[]) => Promise<unknown>): (item: T) => Promise<void> {
  let gathered: { items: T[]; done: Promise<void> } | undefined;
  let underWay: Promise<unknown> = Promise.resolve();

  return (item) => {
    if (!gathered) {
      const items: T[] = [];
      const done = underWay.then(async () => {
        gathered = undefined;
        await call(items);
      });
      gathered = { items, done };
      underWay = done.catch(() => undefined);
    }
    gathered.items.push(item);
    return gathered.done;
  };
}
