import { Type } from 'typebox';
import { ErrorCodeName, Issue, ToolRefusal } from './problem.ts';
import { Digest, Id, pageOf, pageQuery, shape, Time } from './schema.ts';

const JobState = Type.Enum(['queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled']);
const Priority = (description: string) => Type.Enum(['low', 'normal', 'high'], { description });
const Slots = (description: string) =>
  Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: Id,
    propertyNames: { pattern: '^[a-z][a-z0-9-]{0,39}$' },
    maxProperties: 8,
    description,
  });

const Milliseconds = (description: string) => Type.Optional(Type.Number({ description }));

export const Submit = shape(
  {
    tool: Type.String({
      minLength: 3,
      maxLength: 120,
      description:
        '`statistics/t-test`, or with a version, `statistics/t-test@1.0.0`, or a range of which the newest is taken, `statistics/t-test@^1`.',
    }),
    inputs: Slots('Id of the data set for each input of the tool, as in {"data": "…"}.'),
    params: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'Fits the schema `parameters` of the tool.',
      }),
    ),
    seed: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2147483647,
        description: 'Seed of the random numbers; the same fixed one where none is given.',
      }),
    ),
    cache: Type.Optional(
      Type.Enum(['use', 'refresh'], {
        description:
          '`use` (where nothing is said): the report of an earlier job of this workspace that was the same in everything answers this one too. `refresh` runs it anew.',
      }),
    ),
    priority: Type.Optional(
      Priority(
        'A job goes before those of the same workspace that wait with a lower priority; `normal` where nothing is said. No other workspace waits longer for it, and who was passed twenty times is not passed again.',
      ),
    ),
  },
  'submit',
);

export const SubmitHeaders = shape({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,200}$',
      description: 'Any text; the same key with the same body gives the same job again.',
    }),
  ),
});

export const Job = shape(
  {
    id: Id,
    state: JobState,
    tool: Type.String(),
    version: Type.String(),
    pluginDigest: Digest,
    inputs: Slots('Data set by input.'),
    params: Type.Record(Type.String(), Type.Unknown()),
    seed: Type.Integer(),
    priority: Priority('As it was submitted.'),
    submittedAt: Time,
    submittedBy: Id,
    startedAt: Type.Optional(Time),
    finishedAt: Type.Optional(Time),
    attempts: Type.Integer(),
    progress: Type.Optional(
      shape({
        stage: Type.String(),
        fraction: Type.Number({ minimum: 0, maximum: 1 }),
        note: Type.Optional(Type.String()),
      }),
    ),
    error: Type.Optional(
      shape({
        code: ErrorCodeName,
        title: Type.String(),
        detail: Type.String(),
        tool: Type.Optional(ToolRefusal),
        issues: Type.Optional(Type.Array(Issue)),
      }),
    ),
    report: Type.Optional(Id),
    resultDigest: Type.Optional(Digest),
    made: Type.Optional(
      Type.Array(Id, { description: 'Data sets that it made; each is read before it is ready.' }),
    ),
    recalledFrom: Type.Optional(
      Type.String({
        ...Id,
        description: 'The job that made the report, where the same had been done before.',
      }),
    ),
    timings: Type.Optional(
      shape({
        queueMs: Type.Number({ description: 'From submission to the attempt that finished.' }),
        startMs: Milliseconds('To a program that is ready to be handed the job.'),
        readMs: Milliseconds('Handing over code and data, and their reading by the program.'),
        computeMs: Milliseconds('The analysis itself.'),
        verifyMs: Milliseconds('Checking what came back.'),
        drawMs: Milliseconds('Drawing the report.'),
        storeMs: Milliseconds('Encrypting and storing it.'),
      }),
    ),
    runtime: Type.Optional(
      shape({
        name: Type.String(),
        version: Type.String(),
        isolation: Type.Enum(['bubblewrap', 'process', 'container', 'gvisor']),
        image: Type.String(),
        chosen: Type.Optional(
          Type.String({ description: 'Why this runtime, of those that the tool names.' }),
        ),
      }),
    ),
    revision: Type.Integer({ description: 'Counts every change; the id of its events.' }),
  },
  'job',
);

const JobSummary = shape(
  {
    id: Id,
    state: JobState,
    tool: Type.String(),
    version: Type.String(),
    submittedAt: Time,
    finishedAt: Type.Optional(Time),
    report: Type.Optional(Id),
  },
  'job-summary',
);
export const JobPage = pageOf(JobSummary, 'job-page');
export const JobListQuery = shape({
  ...pageQuery,
  state: Type.Optional(
    Type.Enum(['queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled'], {
      description: 'Only jobs in this state.',
    }),
  ),
});
export const EventHeaders = shape({
  'last-event-id': Type.Optional(
    Type.String({ pattern: '^\\d{1,15}$', description: 'Only changes after this revision.' }),
  ),
});
