/** What `npm start` says: one line a step, with its time; calm otherwise. */
export interface Terminal {
  step<T>(title: string, work: () => Promise<T>, done?: (result: T) => string): Promise<T>;
  note(mark: '✓' | '–' | '!', text: string): void;
  block(lines: readonly string[]): void;
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

export function createTerminal(out: NodeJS.WriteStream, silent: boolean): Terminal {
  const live = out.isTTY === true && !process.env.NO_COLOR && !silent;
  const write = (text: string) => {
    if (!silent) out.write(text);
  };
  const paint = (code: number, text: string) => (live ? `\u001b[${code}m${text}\u001b[0m` : text);
  const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
  const marks = { '✓': 32, '–': 90, '!': 33 } as const;
  return {
    async step(title, work, done) {
      const since = performance.now();
      let frame = 0;
      const draw = () => {
        write(
          `\r\u001b[2K${paint(36, spinner[frame % spinner.length] ?? '')} ${title} ${paint(90, seconds(since))}`,
        );
        frame += 1;
      };
      const timer = live ? setInterval(draw, 100) : undefined;
      try {
        const result = await work();
        clearInterval(timer);
        write(
          `${live ? '\r\u001b[2K' : ''}${paint(32, '✓')} ${done ? done(result) : title} ${paint(90, seconds(since))}\n`,
        );
        return result;
      } catch (error) {
        clearInterval(timer);
        write(`${live ? '\r\u001b[2K' : ''}${paint(31, '✗')} ${title}\n`);
        throw error;
      }
    },
    note: (mark, text) => write(`${paint(marks[mark], mark)} ${text}\n`),
    block: (lines) => write(`\n${lines.join('\n')}\n\n`),
  };
}
