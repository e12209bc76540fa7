import { randomBytes, randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { AssayError, collect } from '@assay/sdk';
import type { ObjectStore } from './object-store.ts';
import { openStore, type StorageSettings } from './open.ts';
import { createS3Client } from './s3-client.ts';
import { placeOf } from './s3-options.ts';

/** One question to a store, and what came of it. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, or what is wrong. */
  readonly detail: string;
  /** What to do; where it is not well. */
  readonly remedy?: string;
  readonly ms: number;
}

interface Examined {
  readonly settings: StorageSettings;
  readonly store: ObjectStore;
  readonly key: string;
  readonly bytes: Buffer;
  /** Names of what was not well until now. */
  readonly failed: string[];
}

interface Examination {
  readonly name: string;
  readonly remedy: string;
  /** @returns what was found; throws what is wrong */
  readonly look: (at: Examined) => Promise<string>;
}

/** Over one part of S3, so that both ways of writing are tried. */
const probeBytes = 17 * 1024 * 1024;
const mostSkewMs = 60_000;

async function* inChunks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1_000_000) yield bytes.subarray(at, at + 1_000_000);
}

function must(holds: boolean, wrong: string): void {
  if (!holds) throw new AssayError('storage.unavailable', wrong);
}

async function listed(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

/** The time of the server, by the header of an answer. */
async function skewOf(settings: StorageSettings): Promise<string> {
  if (settings.kind === 'disk') return 'the store is on this machine';
  const client = createS3Client(placeOf(settings));
  try {
    const before = Date.now();
    const { headers } = await client.ask({ method: 'HEAD', statuses: [200, 403, 404] });
    const skew = Math.round(new Date(String(headers.date)).getTime() - (before + Date.now()) / 2);
    must(Math.abs(skew) < mostSkewMs, `The clocks differ by ${Math.round(skew / 1000)} s.`);
    return `the clocks differ by ${Math.abs(skew) < 1500 ? 'less than 2 s' : `${Math.round(skew / 1000)} s`}`;
  } finally {
    client.close();
  }
}

const rights = ['write', 'read', 'list', 'delete'];

async function permissionsOf({ settings, failed }: Examined): Promise<string> {
  if (settings.kind === 's3') {
    const missing = rights.filter((right) => failed.includes(right));
    must(missing.length === 0, `The keys were not seen to be able to ${missing.join(', ')}.`);
    const tls = settings.endpoint.startsWith('https:') ? 'TLS' : 'no TLS';
    return `the keys may ${rights.join(', ')}; ${tls}`;
  }
  const { mode, uid } = await stat(settings.directory);
  must((mode & 0o077) === 0, `Others may enter ${settings.directory} (mode ${(mode & 0o777).toString(8)}).`);
  must(uid === process.getuid?.(), `${settings.directory} belongs to another user.`);
  return 'only its owner may enter the folder';
}

const grant =
  'Grant read, write, list and delete on the bucket, or the folder to this user; see that there is room.';
const examinations: readonly Examination[] = [
  {
    name: 'clock',
    remedy:
      'Set the clock of this machine by NTP; signed requests are refused at a difference of 15 minutes.',
    look: ({ settings }) => skewOf(settings),
  },
  {
    name: 'write',
    remedy: grant,
    async look({ store, key, bytes }) {
      await store.put(key, inChunks(bytes));
      return `${bytes.length / 1024 / 1024} MiB, in parts where the store has them`;
    },
  },
  {
    name: 'read',
    remedy: 'What was written is not what is read: look for a proxy or a gateway that alters bodies.',
    async look({ store, key, bytes }) {
      must(
        (await collect(await store.get(key))).equals(bytes),
        'What was read differs from what was written.',
      );
      return 'the same bytes';
    },
  },
  {
    name: 'range',
    remedy: 'The server must answer Range requests with exactly that range.',
    async look({ store, key, bytes }) {
      const [start, end] = [16 * 1024 * 1024 - 50, 16 * 1024 * 1024 + 50];
      must((await store.getRange(key, start, end)).equals(bytes.subarray(start, end)), 'Another range came.');
      return '100 bytes over the boundary of a part';
    },
  },
  {
    name: 'list',
    remedy: grant,
    async look({ store, key }) {
      must((await listed(store, key)).includes(key), 'The object does not appear in the listing.');
      return 'the object is in the listing at once';
    },
  },
  {
    name: 'write once',
    remedy:
      'Use a server that honours If-None-Match: * (conditional writes), or a file system with hard links.',
    async look({ store, key }) {
      for (const body of [Buffer.from('second'), randomBytes(probeBytes)])
        await store.put(key, inChunks(body)).then(
          () => must(false, 'A second write replaced the object.'),
          (error: unknown) => {
            if (!AssayError.is(error, 'storage.object_exists')) throw error;
          },
        );
      return 'a second write is refused';
    },
  },
  {
    name: 'two writers',
    remedy:
      'Use a server that honours If-None-Match: * (conditional writes), or a file system with hard links.',
    async look({ store, key }) {
      const bodies = Array.from({ length: 4 }, () => randomBytes(1000));
      const puts = await Promise.allSettled(bodies.map((body) => store.put(`${key}-race`, inChunks(body))));
      const winners = puts.filter((put) => put.status === 'fulfilled').length;
      await store.delete(`${key}-race`);
      must(winners === 1, `${winners} of four writers at once were told that they had written.`);
      return 'one of four at once wins';
    },
  },
  {
    name: 'delete',
    remedy: grant,
    async look({ store, key }) {
      await store.delete(key);
      must((await store.stat(key)) === undefined, 'The object is still there.');
      return 'gone at once';
    },
  },
  {
    name: 'permissions',
    remedy:
      'chmod 700 the folder and give it to the user of the appliance; give the keys GetObject, PutObject, DeleteObject, ' +
      'AbortMultipartUpload, ListBucket and ListBucketMultipartUploads on the bucket.',
    look: permissionsOf,
  },
];

/** Tries everything that the product asks of a store, one after the other; yields each finding as it comes. */
export async function* examineStore(settings: StorageSettings): AsyncGenerator<Finding> {
  const at = {
    settings,
    store: openStore(settings),
    key: `probe/${randomUUID()}`,
    bytes: randomBytes(probeBytes),
    failed: [] as string[],
  };
  try {
    for (const { name, remedy, look } of examinations) {
      const started = performance.now();
      const since = () => Math.round(performance.now() - started);
      try {
        yield { name, ok: true, detail: await look(at), ms: since() };
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        at.failed.push(name);
        yield { name, ok: false, detail: error.message, remedy, ms: since() };
      }
    }
  } finally {
    for (const key of [at.key, `${at.key}-race`])
      await at.store.delete(key).catch((error: unknown) => {
        if (!AssayError.is(error)) throw error;
      });
  }
}
