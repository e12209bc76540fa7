import { type Static, Type } from 'typebox';
import { Warning } from './result.ts';

/**
 * `run/1`: what a program in a runtime and the runner say to each other.
 *
 * Runner to program (its standard input), for a process runtime: a `run` frame whose body is the {@link JobDocument},
 * `code` frames (one a file of the tool, with `name`), `input` frames (one a slot, in the document's order), then `go`.
 * End of input before `go` means exit 0; after it, that the runner is gone, and the program ends.
 * Program to runner (file descriptor 3): `ready`, then any of `begun`, `progress`, `log`, `warning`, `blob`, then
 * `result` and `done`, or `error`. Standard output and error are the log.
 */
export const runProtocol = 'run/1';

const closed = { additionalProperties: false } as const;
const text = (max: number) => Type.String({ maxLength: max });
const bytes = Type.Integer({ minimum: 0 });

export const ReadyLine = Type.Object(
  {
    t: Type.Literal('ready'),
    protocol: Type.Literal(runProtocol),
    runtime: text(100),
    libs: Type.Record(Type.String({ maxLength: 60 }), text(60)),
    warm_ms: Type.Number({ minimum: 0 }),
  },
  closed,
);
/** The inputs are read, the tool's own code begins: parts reading from computing in a job's timings. Optional. */
export const BegunLine = Type.Object({ t: Type.Literal('begun') }, closed);
export const ProgressLine = Type.Object(
  {
    t: Type.Literal('progress'),
    stage: text(60),
    fraction: Type.Number({ minimum: 0, maximum: 1 }),
    note: Type.Optional(text(300)),
  },
  closed,
);
export const LogLine = Type.Object({ t: Type.Literal('log'), level: text(10), message: text(8000) }, closed);
export const WarningLine = Type.Object({ t: Type.Literal('warning'), ...Warning.properties }, closed);
export const BlobLine = Type.Object(
  {
    t: Type.Literal('blob'),
    id: Type.String({ pattern: '^[a-z][a-z0-9_-]*$', maxLength: 60 }),
    role: Type.Enum(['table', 'figure', 'artifact', 'dataset']),
    name: text(60),
    media: text(100),
    bytes,
  },
  closed,
);
export const ResultLine = Type.Object({ t: Type.Literal('result'), bytes }, closed);
export const DoneLine = Type.Object(
  {
    t: Type.Literal('done'),
    peak_rss_mb: Type.Optional(Type.Number()),
    cpu_ms: Type.Optional(Type.Number()),
  },
  closed,
);
export const ErrorLine = Type.Object(
  {
    t: Type.Literal('error'),
    class: Type.Enum(['input', 'data', 'convergence', 'resource', 'unsupported', 'internal']),
    code: Type.String({ pattern: '^[A-Z][A-Z0-9_]*$', maxLength: 60 }),
    message: text(2000),
    where: Type.Optional(Type.Record(Type.String({ maxLength: 40 }), Type.Union([text(300), Type.Number()]))),
    hint: Type.Optional(text(500)),
    retryable: Type.Optional(Type.Boolean()),
  },
  closed,
);
/** Every line a program may send, by its `t`. */
export const programLines = {
  ready: ReadyLine,
  begun: BegunLine,
  progress: ProgressLine,
  log: LogLine,
  warning: WarningLine,
  blob: BlobLine,
  result: ResultLine,
  done: DoneLine,
  error: ErrorLine,
} as const;
export type ReadyLine = Static<typeof ReadyLine>;
export type ProgressLine = Static<typeof ProgressLine>;
export type WarningLine = Static<typeof WarningLine>;
export type BlobLine = Static<typeof BlobLine>;
export type ErrorLine = Static<typeof ErrorLine>;
export type DoneLine = Static<typeof DoneLine>;
