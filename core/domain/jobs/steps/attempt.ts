import type { DataSchema, JobInput, Report, ResultDocument, RuntimeDescription } from '@assay/sdk';
import type { Runner } from '../../../base/runner/index.ts';
import type { OpenedArtifact, StoredArtifact } from '../../artifacts/index.ts';
import type { Deps } from '../../deps.ts';
import type { LoadedTool } from '../../plugins/index.ts';
import type { ReturnedBlob } from '../../reports/index.ts';
import type { HeldCipher } from '../../workspaces/index.ts';
import type { JobTimings } from '../views.ts';
import type { Choice } from './choose-runtime.ts';

/** What carrying out a job needs beside what use cases do. */
export interface WorkDeps extends Deps {
  readonly runner: Runner;
  readonly workerId: string;
  readonly maxAttempts: number;
  /** Version of Assay, for the report. */
  readonly version: string;
}

export interface StagedInput {
  readonly input: JobInput;
  readonly body: OpenedArtifact['body'];
  readonly dataset: string;
  readonly name: string;
  readonly schema: DataSchema | undefined;
  /** Digest of the uploaded bytes. */
  readonly original: string;
}

/** What a run gave back, before anything of it is believed. */
export interface RunOutput {
  readonly runtime: RuntimeDescription;
  readonly result: unknown;
  readonly seconds: number;
  readonly blobs: ReadonlyMap<string, ReturnedBlob>;
  readonly artifacts: ReadonlyMap<string, StoredArtifact>;
  /** New data sets, each under a key of its own. */
  readonly datasets: ReadonlyMap<string, StoredArtifact>;
}

/** A data set that a job made, before it is received. */
export interface Derived {
  readonly id: string;
  /** `filtered`: what the tool calls it. */
  readonly name: string;
  readonly title: string;
  readonly stored: StoredArtifact;
}

/** The report of an earlier job that was the same in everything; it answers this one too. */
export interface Recalled {
  readonly job: string;
  readonly report: string;
  readonly resultDigest: string;
  readonly runtime: unknown;
  /** Data sets that it made. */
  readonly made: readonly string[] | null;
}

/** One attempt to carry out a job, filled in step by step. The lease is what finishing is fenced by. */
export interface Attempt {
  readonly workspace: string;
  readonly job: string;
  readonly run: string;
  readonly lease: string;
  readonly number: number;
  readonly principal: string;
  readonly tool: LoadedTool;
  readonly inputs: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly refresh?: boolean;
  readonly submitted: Date;
  readonly started: Date;
  readonly cipher: HeldCipher;
  /** Whose key the artifacts of this run end with: that of the data set which the appliance itself reads. */
  readonly slot: number | null;
  readonly signal: AbortSignal;
  /** Every object that this attempt put into the store; discarded unless it finishes. */
  readonly stored: StoredArtifact[];
  timings: JobTimings;
  /** Milliseconds that its run took; 0 while none was begun. */
  ranMs: number;
  choice?: Choice;
  staged?: readonly StagedInput[];
  /** What this job's report is found by when the same is asked for again. */
  recallKey?: Buffer;
  recalled?: Recalled;
  output?: RunOutput;
  result?: ResultDocument;
  resultDigest?: string;
  derived?: readonly Derived[];
  report?: Report;
  html?: Buffer;
  document?: StoredArtifact;
  page?: StoredArtifact;
}

/** One step; throws where the attempt cannot go on. */
export type Step = (deps: WorkDeps, attempt: Attempt) => Promise<void>;

/** A field that an earlier step has filled. */
export function filled<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new TypeError(`no step has filled "${name}"`);
  return value;
}
