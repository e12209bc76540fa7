import type { ApiSettings } from '@assay/core/api';
import type { PluginOffice, PluginSource } from '@assay/core/plugins';
import type { WorkerSettings } from '@assay/core/worker';
import type { RunnerOptions } from '@assay/runner';
import type { BuiltImage } from '@assay/runtime-container';
import type { StockOptions } from '@assay/runtime-process';
import type { ErrorCode, Issue } from '@assay/sdk';

export interface Containers {
  readonly socketPath: string;
  readonly owner: string;
  readonly ociRuntime?: 'runc' | 'runsc';
  readonly images: readonly BuiltImage[];
}

export type Role = 'api' | 'worker' | 'runner';

/** Where and what a part writes to its log. */
export interface LogSettings {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly file: string;
}

/**
 * What each part is given, and nothing else of the machine: the runner's has no database, no keys and no store.
 * It goes over the channel between the processes, never through an environment or a command line.
 */
export interface PartSettings {
  readonly api: Omit<ApiSettings, 'log' | 'office'> & { readonly log: LogSettings };
  readonly worker: Omit<WorkerSettings, 'log'> & { readonly log: LogSettings };
  readonly runner: Pick<RunnerOptions, 'socketPath' | 'key' | 'plugins' | 'ceiling'> & {
    readonly prestart: number;
    readonly stock: StockOptions;
    /** Processors that runs of plugins which are not shipped leave to the other parts; the runner decides where none are given. */
    readonly processorsKept: number | undefined;
    readonly isolation: 'auto' | 'required';
    readonly scratchRoot: string;
    /** The container engine and the images that were built for it; absent where there is none. */
    readonly containers?: Containers;
    readonly log: LogSettings;
  };
}

/** What the api asks about plugins: a method of its office, and what that is given. */
export type PluginRequest = {
  [M in keyof PluginOffice]: { readonly method: M; readonly given: Parameters<PluginOffice[M]> };
}[keyof PluginOffice];

/** An error on its way between processes: what of it is for the caller. */
export interface SentError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly issues: readonly Issue[];
}
export type Answer<T = unknown> = { readonly value: T } | { readonly error: SentError };

/** From a part to the supervisor. */
export type PartMessage =
  | { readonly ready: true; readonly address?: string; readonly runtimes?: readonly string[] }
  | { readonly failed: string }
  | { readonly ask: number; readonly request: PluginRequest }
  /** The plugins of this round are loaded. */
  | { readonly loaded: number };

/** From the supervisor to a part. */
export type SupervisorMessage =
  | {
      readonly settings: PartSettings[Role] /** Whether it must prove first that it runs in FIPS mode. */;
      readonly fips: boolean;
    }
  | { readonly stop: true }
  | { readonly answer: number; readonly with: Answer }
  | { readonly round: number; readonly plugins: readonly PluginSource[] };
