import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '@assay/sdk';
import { type Anchor, type SequenceOptions, sequenceRecords, tellAnchors } from '../domain/audit/index.ts';
import type { Deps } from '../domain/deps.ts';

export interface TrailKeeper {
  /** Puts what waits into the tree, and signs a head when one is due. */
  sequence(): Promise<void>;
  /** Tells new heads to the places outside, which may take as long as they do not answer. */
  tell(): Promise<void>;
  /** The last of it: a signed head over everything, and a moment for the places outside; they hear the rest later. */
  end(): Promise<void>;
}

const partingMs = 3000;

/** Keeps the audit trail: one batch after the other until nothing waits. */
export function keepTrail(
  deps: Pick<Deps, 'database' | 'keys'>,
  options: SequenceOptions,
  anchors: readonly Anchor[],
): TrailKeeper {
  async function sequence(sign: boolean): Promise<void> {
    try {
      let more = true;
      while (more) ({ more } = await sequenceRecords(deps, options, sign));
    } catch (error) {
      // Without its keys nothing can be signed; that they are gone is told by whoever watches them.
      if (!AssayError.is(error, 'encryption.key_unavailable')) throw error;
    }
  }
  return {
    sequence: () => sequence(false),
    tell: () => tellAnchors(deps, anchors),
    async end() {
      await sequence(true);
      await Promise.race([tellAnchors(deps, anchors), delay(partingMs, undefined, { ref: false })]);
      for (const anchor of anchors) await anchor.close();
    },
  };
}
