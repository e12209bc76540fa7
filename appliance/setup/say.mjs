const live = process.stdout.isTTY === true && !process.env.NO_COLOR;
const paint = (code, text) => (live ? `\u001b[${code}m${text}\u001b[0m` : text);

/** Lines of the set-up: what is being done, how long it took, what went wrong. */
export const say = {
  /** Does `work` with a line that shows it, and its time when it is done. */
  async step(title, work) {
    const since = Date.now();
    const seconds = () => `${((Date.now() - since) / 1000).toFixed(1)} s`;
    const timer = live
      ? setInterval(() => process.stdout.write(`\r\u001b[2K… ${title} ${paint(90, seconds())}`), 200)
      : undefined;
    if (!live) process.stdout.write(`… ${title}\n`);
    try {
      const result = await work();
      process.stdout.write(
        `${live ? '\r\u001b[2K' : ''}${paint(32, '✓')} ${title} ${paint(90, seconds())}\n`,
      );
      return result;
    } finally {
      clearInterval(timer);
    }
  },
  problem: (text) => process.stderr.write(`${paint(31, '✗')} ${text}\n`),
};
