/** Does `work` at once and then again, `ms` after it was done, until stopped. Errors go to `report`. @returns how to stop */
export function every(
  ms: number,
  work: () => Promise<unknown>,
  report: (error: unknown) => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const round = async () => {
    try {
      await work();
    } catch (error) {
      report(error);
    }
    if (!stopped) timer = setTimeout(round, ms);
  };
  timer = setTimeout(round, 0);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
