import { AssayError } from '@assay/sdk';
import type { KeySource, KeySourceHealth } from './key-source.ts';
import { keyUnavailable } from './wrapped-key.ts';

const lookEveryMs = 2000;

/**
 * A key source that is looked at every two seconds. While it cannot be used, whoever asks for a key is told why, and
 * whatever was kept of it elsewhere must not be used either (`require`); as soon as it can be used again, everything goes
 * on. So a process starts, and stays up, without its keys. Keyed hashes go on once they were there: by them callers are
 * recognised, and no object can be read.
 * @param onNews told the reason when the keys cannot be used any more, and undefined when they can again
 */
export async function watchKeys(
  open: () => Promise<KeySource>,
  onNews: (reason: string | undefined) => void = () => undefined,
): Promise<KeySource> {
  let source: KeySource | undefined;
  /** The last that was opened, for what does not need the key source any more. */
  let last: KeySource | undefined;
  let reason: string | undefined;
  let closed = false;

  async function lookOnce(): Promise<void> {
    const before = reason;
    try {
      source ??= await open();
      last = source;
      const health = await source.health();
      reason = health.ok ? undefined : health.reason;
      // A device that was taken away and put back is often found by a new start of its module alone.
      if (!health.ok) await letGo();
    } catch (error) {
      if (!AssayError.is(error)) throw error;
      reason = error.message;
    }
    if (reason !== before) onNews(reason);
  }
  /** Whoever asks while a look is under way is given that one: two at once would open the source twice. */
  let underWay: Promise<void> | undefined;
  function look(): Promise<void> {
    underWay ??= lookOnce().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }
  async function letGo(): Promise<void> {
    const before = source;
    source = undefined;
    await before?.close();
  }
  const usable = (): KeySource => {
    if (source && reason === undefined) return source;
    throw keyUnavailable(reason ?? 'The keys were not opened yet.');
  };

  await look();
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(() => (closed ? undefined : look()));
  }, lookEveryMs);
  timer.unref();

  return {
    generateKey: async (context) => usable().generateKey(context),
    wrap: async (key, context) => usable().wrap(key, context),
    unwrap: async (wrapped, context) => usable().unwrap(wrapped, context),
    rotate: async () => usable().rotate(),
    slotKey: (slot) => usable().slotKey(slot),
    destroy: async (keys) => usable().destroy(keys),
    destroyed: () => usable().destroyed(),
    mac: (label, bytes) => (last ?? usable()).mac(label, bytes),
    signCheckpoint: async (bytes) => usable().signCheckpoint(bytes),
    signLeaf: (bytes) => usable().signLeaf(bytes),
    publicKeys: () => (last ?? usable()).publicKeys(),
    require: () => usable().require(),
    describe: () => last?.describe(),
    async health(): Promise<KeySourceHealth> {
      await look();
      return reason === undefined ? { ok: true } : { ok: false, reason };
    },
    async close() {
      closed = true;
      clearInterval(timer);
      await looking;
      await source?.close();
    },
  };
}
