import { argon2Sync, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { checkPassword, hashPassword } from '../../core/base/encryption/index.ts';
import { callApi } from '../api.ts';
import type { Appliance } from '../appliance.ts';
import { type Comparison, compare, median } from './measure.ts';

const rounds = 15;

/** From the answer to a revocation until the token is refused, in milliseconds; the floor is one call. */
async function revocation({ url, token }: Appliance): Promise<Comparison> {
  const admin = callApi(url, token);
  const [latencies, calls]: [number[], number[]] = [[], []];
  for (let i = 0; i < rounds; i += 1) {
    const made = await admin.call('POST', '/v1/tokens', {
      json: { name: `bench ${i}`, scopes: ['tools:read'], days: 1 },
    });
    const own = callApi(url, made.body.token);
    // In use, so that it is known for the moment, as a token in use is; ended at another point of that moment each time.
    const end = Date.now() + 1000 + ((i * 137) % 500);
    while (Date.now() < end) {
      const start = performance.now();
      await own.call('GET', '/v1/me');
      calls.push(performance.now() - start);
      await delay(20);
    }
    await admin.call('DELETE', `/v1/tokens/${made.body.id}`);
    const revoked = performance.now();
    while ((await own.call('GET', '/v1/me')).status === 200) await delay(2);
    latencies.push(performance.now() - revoked);
  }
  const [ours, floor] = [median(latencies), median(calls)];
  return {
    name: 'a revoked token is refused after (one call)',
    ours,
    floor,
    ratio: ours / floor,
    runs: rounds,
    unit: 'ms',
  };
}

/** What one sign-in costs the processor: the password alone, against the bare function with the same parameters. */
async function password(): Promise<Comparison> {
  const stored = await hashPassword('four gentle tigers waltz');
  const bare = async () => {
    const message = Buffer.from('four gentle tigers waltz');
    argon2Sync('argon2id', {
      ...{ message, nonce: randomBytes(16), memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 },
    });
  };
  const ours = () => checkPassword('four gentle tigers waltz', stored);
  return compare('a password is checked (argon2id with the same parameters, bare)', ours, bare, {
    runs: 20,
    warm: 3,
  });
}

export async function accessRows(appliance: Appliance): Promise<Comparison[]> {
  return [await revocation(appliance), await password()];
}
