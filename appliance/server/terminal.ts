/** What `npm start` says: one line a step, with its time; calm otherwise. */
export interface Terminal {
  /** Shows that `work` goes on, and how long it took. */
  step<T>(title: string, work: () => Promise<T>, done?: (result: T) => string): Promise<T>;
  note(mark: '✓' | '–' | '!', text: string): void;
  block(lines: readonly string[]): void;
}

/** The stream written to; `isTTY` and `columns` as Node has them. */
export type Output = Pick<NodeJS.WriteStream, 'write'> & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};

export interface TerminalOptions {
  /** `TERM` and `NO_COLOR` decide on colours and moving lines. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Says nothing at all. */
  readonly silent?: boolean;
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 100;
/** Where lines cannot move: what takes longer than this is announced, and from then on it says that it goes on. */
const announceAfterMs = 1000;
const repeatMs = 15_000;
const clearLine = '\r\u001b[2K';

export function createTerminal(out: Output, { env, silent = false }: TerminalOptions): Terminal {
  const live = out.isTTY === true && env.TERM !== 'dumb';
  const coloured = live && !env.NO_COLOR;
  const write = (text: string) => {
    if (!silent) out.write(text);
  };
  const paint = (code: number, text: string) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);
  const marks = { '✓': 32, '–': 90, '!': 33, '✗': 31 } as const;
  const line = (mark: keyof typeof marks, text: string) =>
    write(`${live ? clearLine : ''}${paint(marks[mark], mark)} ${text}\n`);

  /** A line that moves while `title` goes on. @returns what ends it */
  function moving(title: string, seconds: () => string): () => void {
    let frame = 0;
    const draw = () => {
      const sign = spinner[frame % spinner.length] ?? '';
      // A line that wraps could not be taken back.
      const room = Math.max(10, (out.columns ?? 80) - seconds().length - 4);
      write(`${clearLine}${paint(36, sign)} ${title.slice(0, room)} ${paint(90, seconds())}`);
      frame += 1;
    };
    const timer = setInterval(draw, frameMs);
    return () => clearInterval(timer);
  }

  function repeating(title: string, seconds: () => string): () => void {
    const say = () => write(`… ${title}, ${seconds()}\n`);
    let timer = setTimeout(() => {
      say();
      timer = setInterval(say, repeatMs);
    }, announceAfterMs);
    return () => clearTimeout(timer);
  }

  return {
    async step(title, work, done) {
      const since = performance.now();
      const seconds = () => `${((performance.now() - since) / 1000).toFixed(1)} s`;
      const end = (live ? moving : repeating)(title, seconds);
      try {
        const result = await work();
        line('✓', `${done ? done(result) : title} ${paint(90, seconds())}`);
        return result;
      } catch (error) {
        line('✗', title);
        throw error;
      } finally {
        end();
      }
    },
    note: line,
    block: (lines) => write(`\n${lines.join('\n')}\n\n`),
  };
}
