import picocolors from 'picocolors';

type Environment = Readonly<Record<string, string | undefined>>;
type Colors = ReturnType<typeof picocolors.createColors>;

/** What a command may know of where it runs. */
export interface Terminal {
  readonly environment: Environment;
  /** For standard output. */
  readonly colors: Colors;
  /** For standard error. */
  readonly errorColors: Colors;
  /** Results go to standard output, everything else to standard error. */
  print(text: string): void;
  say(text: string): void;
  /** One line that changes in place; nothing where standard error is no terminal. */
  progress(line: string): void;
  /** Takes the changing line away. */
  clear(): void;
  readonly live: boolean;
  readonly interactive: boolean;
  /** Characters in a line; without end where standard output is no terminal. */
  readonly width: number;
}

/** Without what could move the cursor, change colours or turn text round: names in it were written by others. */
export function clean(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|\p{Bidi_Control}|\p{Cs}/gu, '\u{fffd}');
}

export function openTerminal(
  out: NodeJS.WriteStream,
  err: NodeJS.WriteStream,
  environment: Environment,
): Terminal {
  const wants = !environment.NO_COLOR && environment.TERM !== 'dumb';
  const live = err.isTTY === true && environment.TERM !== 'dumb';
  let shown = false;
  const clear = () => {
    if (shown) err.write('\r\u001b[2K');
    shown = false;
  };
  const errorColors = picocolors.createColors(wants && err.isTTY === true);
  return {
    environment,
    colors: picocolors.createColors(wants && out.isTTY === true),
    errorColors,
    live,
    interactive: out.isTTY === true,
    width: out.isTTY === true ? out.columns || 80 : Number.POSITIVE_INFINITY,
    clear,
    print(text) {
      clear();
      out.write(`${text}\n`);
    },
    say(text) {
      clear();
      err.write(`${text}\n`);
    },
    progress(line) {
      if (!live) return;
      const room = Math.max((err.columns || 80) - 1, 20);
      const cut = line.slice(0, room).toWellFormed();
      err.write(`\r\u001b[2K${cut.replace(/█+/, errorColors.cyan)}`);
      shown = true;
    },
  };
}
