import { pino } from 'pino';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Process role that writes: `api`, `worker`, `runner`, `all`. */
  readonly role: string;
  /** File that lines of JSON are appended to; standard error where none is given. */
  readonly file?: string;
}

/** Never in a log, wherever they stand in what is logged. */
const secrets = [
  'authorization',
  'cookie',
  'token',
  'password',
  'key',
  'mac',
  'params',
  'databaseUrl',
  'url',
];

/** What is written of an error: never the objects that libraries hang on it, such as a connection with its settings. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

/** A logger of JSON lines; fields that may hold secrets or customer data are replaced. */
export function createLogger(options: LoggerOptions): pino.Logger {
  // Written at once: the last line before an end is the one that somebody looks for.
  const destination = options.file
    ? pino.destination({ dest: options.file, append: true, mkdir: true, mode: 0o600, sync: true })
    : pino.destination({ dest: 2, sync: true });
  // A full disk must not end what could go on without a log; lines that were kept back follow once there is room.
  destination.on('error', () => undefined);
  return pino(
    {
      level: options.level,
      serializers: { err: describeError },
      base: { role: options.role },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    },
    destination,
  );
}
