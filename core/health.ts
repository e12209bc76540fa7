import type { Deps, Health } from './domain/deps.ts';

type Parts = Record<string, Health['parts'][string]>;

/** Asks every part whether it works; what does not is said in words, without addresses or keys. */
export async function checkHealth({
  database,
  keys,
  store,
}: Pick<Deps, 'database' | 'keys' | 'store'>): Promise<Health> {
  const parts: Parts = {};
  const ask = async (name: string, question: () => Promise<unknown>) => {
    try {
      await question();
      parts[name] = { status: 'ok' };
    } catch (error) {
      parts[name] = {
        status: 'degraded',
        detail: error instanceof Error ? error.message : 'it does not answer',
      };
    }
  };
  await Promise.all([
    ask('database', () => database.check()),
    ask('keys', async () => {
      const health = await keys.health();
      if (!health.ok) throw new Error(health.reason);
    }),
    ask('store', () => store.stat('health')),
  ]);
  return { status: Object.values(parts).every((p) => p.status === 'ok') ? 'ok' : 'degraded', parts };
}
