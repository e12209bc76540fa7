import type {
  BlobLine,
  ErrorLine,
  ProgressLine,
  RunSpecification,
  RuntimeDescription,
  WarningLine,
} from '@assay/sdk';
import type { RunInput } from './connect.ts';

type Body = { readonly body: AsyncIterable<Uint8Array> };

/** Milliseconds of a run, by the runner's clock. A program that does not say when it begins has read nothing. */
export interface RunTimings {
  /** From the worker's frame to a program that is ready. */
  readonly startMs: number;
  /** From there until the program had its job, its code and its inputs. */
  readonly readMs: number;
  /** From there to its last word. */
  readonly computeMs: number;
}

/** What the runner tells of a run; the last one is always `ended`. Bodies are read before the next event is asked for. */
export type RunEvent =
  | { readonly t: 'started'; readonly runtime: RuntimeDescription }
  | ProgressLine
  | WarningLine
  | (BlobLine & Body)
  /** Digest of the blob that came just before, taken by the runner. */
  | { readonly t: 'digest'; readonly id: string; readonly digest: string }
  | ({ readonly t: 'result'; readonly bytes: number } & Body)
  | {
      readonly t: 'ended';
      readonly ok: true;
      readonly seconds: number;
      readonly peakRssMb: number;
      readonly timings: RunTimings;
    }
  | {
      readonly t: 'ended';
      readonly ok: false;
      readonly seconds: number;
      readonly error: Pick<ErrorLine, 'class' | 'code' | 'message' | 'where' | 'hint'>;
      /** The end of what the program printed, at most 4 KiB; it may hold customer data. */
      readonly log: string;
    };

/** Has runs carried out. */
export interface Runner {
  /**
   * Which runtimes this host offers now.
   * @throws AssayError `runner.unavailable`
   */
  describe(): Promise<readonly RuntimeDescription[]>;
  /** @throws AssayError `runner.unavailable` where the runner is not there or went away: a fault of ours */
  run(
    spec: RunSpecification,
    inputs: readonly RunInput[],
    signal: AbortSignal,
  ): AsyncGenerator<RunEvent, void>;
}
