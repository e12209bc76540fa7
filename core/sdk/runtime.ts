import type { Writable } from 'node:stream';
import type { Frame } from './frames.ts';
import type { ReadyLine } from './run-protocol.ts';

/** Walls around a run, the weakest first; `process` is none: bubblewrap is not installed. */
export const isolations = ['process', 'bubblewrap', 'container', 'gvisor'] as const;
export type Isolation = (typeof isolations)[number];

/** True where a wall holds at least as much as another. */
export function isAsStrong(wall: Isolation, least: Isolation): boolean {
  return isolations.indexOf(wall) >= isolations.indexOf(least);
}

/** Who vouches for a plugin: the release, this organisation, or a publisher that it admitted. */
export type PluginTrust = 'shipped' | 'own' | 'admitted';

const leastOf: Readonly<Record<PluginTrust, Isolation>> = {
  shipped: 'process',
  own: 'bubblewrap',
  admitted: 'container',
};

/** The least wall for a plugin: that of who vouches for it, or a stronger one that the operator asks for, never a weaker. */
export function leastIsolation(plugin: {
  readonly trust: PluginTrust;
  readonly isolation?: Isolation | undefined;
}): Isolation {
  const least = leastOf[plugin.trust];
  return plugin.isolation && isAsStrong(plugin.isolation, least) ? plugin.isolation : least;
}

/** What a runtime is on this host; recorded with every job. */
export interface RuntimeDescription {
  readonly name: string;
  /** Each part and its version, which is what requirements are held against: `webR 0.6.0, R 4.6.0`. */
  readonly version: string;
  /** The wall around it. */
  readonly isolation: Isolation;
  /** Digest that names the exact image (program files and engine). */
  readonly image: string;
}

export interface RunLimits {
  readonly memoryMb: number;
  /** Wall seconds from hand-over. */
  readonly seconds: number;
  /** Processors of the host that it may use, `0-3`; where nothing is said those that it was started on. */
  readonly processorList?: string;
}

export type KillReason = 'memory' | 'timeout' | 'cancelled' | 'protocol';

/** Why a run ended without the program saying so. */
export type RunEnding =
  | { readonly how: 'exited'; readonly code: number | null; readonly signal: string | null }
  | { readonly how: 'killed'; readonly why: KillReason };

/** One started, ready, never used program. It serves one run and is gone. */
export interface RunHandle {
  readonly ready: ReadyLine;
  /** Resident megabytes when it was ready; 0 where it was not measured. */
  readonly idleMb: number;
  /** Frames to the program. */
  readonly input: Writable;
  /** Frames from the program, after `ready`. */
  readonly output: AsyncGenerator<Frame, void>;
  /** The last 64 KiB that the program printed. */
  log(): string;
  /** Starts the clock and the memory watch. */
  begin(limits: RunLimits): void;
  /** Ends the program and all its children at once. Safe to call twice. */
  kill(why: KillReason): void;
  readonly ended: Promise<RunEnding>;
  /** Most resident megabytes seen since `begin`, over the whole process tree. */
  peakMb(): number;
}

/** A place able to carry out runs. */
export interface Runtime {
  readonly name: string;
  describe(): Promise<RuntimeDescription>;
  /**
   * Takes a pre-started program where there is one, else starts one. Single use.
   * @param processorList - those that it may use as it starts, where it is started now; what the runner uses where nothing is
   *   said
   */
  take(signal: AbortSignal, processorList?: string): Promise<RunHandle>;
  /** Ends everything that was started. */
  close(): Promise<void>;
}
