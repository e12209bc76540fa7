import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '@assay/sdk';
import {
  type Anchor,
  recallMissed,
  type SequenceOptions,
  sequenceRecords,
  tellAnchors,
} from '../domain/audit/index.ts';
import type { Deps } from '../domain/deps.ts';

export interface TrailKeeper {
  /** Puts what waits into the tree, and signs a head when one is due. */
  sequence(): Promise<void>;
  /** Looks for records that are in no tree and do not wait for it. */
  recall(): Promise<void>;
  /** Tells new heads to the places outside, which may take as long as they do not answer. */
  tell(): Promise<void>;
  /** The last of it: a signed head over everything, and a moment for the places outside; they hear the rest later. */
  end(): Promise<void>;
}

const partingMs = 3000;
/** A tree that was altered is looked at again now and then: somebody may have put it right. */
const alteredMs = 60_000;

/** Keeps the audit trail: one batch after the other until nothing waits. */
export function keepTrail(
  deps: Pick<Deps, 'database' | 'keys' | 'log'>,
  options: SequenceOptions,
  anchors: readonly Anchor[],
): TrailKeeper {
  let restUntil = 0;
  async function sequence(sign: boolean): Promise<void> {
    if (performance.now() < restUntil) return;
    try {
      let more = true;
      while (more) ({ more } = await sequenceRecords(deps, options, sign));
    } catch (error) {
      if (AssayError.is(error, 'audit.altered')) restUntil = performance.now() + alteredMs;
      // Without its keys nothing can be signed; that they are gone is told by whoever watches them.
      if (!AssayError.is(error, 'encryption.key_unavailable')) throw error;
    }
  }
  return {
    sequence: () => sequence(false),
    async recall() {
      const missed = await recallMissed(deps);
      if (missed > 0)
        deps.log.warn({ missed }, 'audit records were in no tree, which only happens with triggers off');
    },
    tell: () => tellAnchors(deps, anchors),
    async end() {
      await sequence(true);
      await Promise.race([tellAnchors(deps, anchors), delay(partingMs, undefined, { ref: false })]);
      for (const anchor of anchors) await anchor.close();
    },
  };
}
