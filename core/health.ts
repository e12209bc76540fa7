import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '@assay/sdk';
import type { Deps, Health } from './domain/deps.ts';

type Parts = Record<string, Health['parts'][string]>;

/** Who asks must hear in time, also of a part that waits for a network which is gone. */
const patienceMs = 5000;

async function givenUp(name: string): Promise<never> {
  await delay(patienceMs, undefined, { ref: false });
  throw new AssayError('internal.timeout', `The ${name} has not answered for ${patienceMs / 1000} seconds.`);
}

/** Asks every part whether it works; what does not is said in words, without addresses or keys. */
export async function checkHealth({
  database,
  keys,
  store,
}: Pick<Deps, 'database' | 'keys' | 'store'>): Promise<Health> {
  const parts: Parts = {};
  const ask = async (name: string, question: () => Promise<unknown>) => {
    try {
      await Promise.race([question(), givenUp(name)]);
      parts[name] = { status: 'ok' };
    } catch (error) {
      parts[name] = {
        status: 'degraded',
        code: AssayError.is(error) ? error.code : 'internal.unexpected',
        detail: error instanceof Error ? error.message : 'it does not answer',
      };
    }
  };
  await Promise.all([
    ask('database', () => database.check()),
    ask('keys', async () => {
      const health = await keys.health();
      if (!health.ok) throw new AssayError('encryption.key_unavailable', health.reason);
    }),
    ask('store', () => store.stat('health')),
  ]);
  return { status: Object.values(parts).every((p) => p.status === 'ok') ? 'ok' : 'degraded', parts };
}
