import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AssayError, collect } from '@assay/sdk';
import { need } from '../../../test/needs.ts';
import { testS3 } from '../../../test/s3.ts';
import { openStore } from '../../base/storage/index.ts';
import { makeBucket } from '../../base/storage/testing/bucket.ts';
import { type Installation, inChunks, startInstallation } from '../../testing/installation.ts';
import type { Context } from '../access/index.ts';
import { readDataset, receiveDataset } from '../datasets/index.ts';
import { createWorkspace } from '../workspaces/index.ts';
import { recoverObject } from './index.ts';

/** One stored object: the data set that it is the original of, and what it says. */
interface Kept {
  readonly dataset: string;
  readonly artifact: string;
  readonly text: string;
  readonly context: Context;
  readonly key: string;
}

/** What an altered object may answer: that it does not open, and nothing else. */
const codes = ['encryption.ciphertext_invalid', 'artifact.unreadable'];

const stores = [
  ['disk', { skip: false }],
  ['S3', need('s3')],
] as const;

for (const [kind, options] of stores)
  describe(`objects on ${kind} whose parts are exchanged`, options, () => {
    let at: Installation;
    let deps: Installation['api'];
    let a: Kept;
    let b: Kept;
    /** Of another workspace. */
    let c: Kept;
    before(async () => {
      at = await startInstallation();
      const store = kind === 'S3' ? openStore({ kind: 's3', ...(await makeBucket(testS3())) }) : at.api.store;
      deps = { ...at.api, store };
      const other = await createWorkspace(at.api, at.context(), { name: 'other' });
      a = await keep('first', at.context());
      b = await keep('second', at.context());
      c = await keep('third', { ...at.context(), workspace: other.id });
    });
    after(() => at?.stop());

    async function keep(name: string, context: Context): Promise<Kept> {
      const text = `${name}\n${'1\n'.repeat(50_000)}`;
      const { id: dataset } = await receiveDataset(deps, context, {
        name: `${name}.csv`,
        mediaType: 'text/csv',
        body: inChunks(Buffer.from(text)),
      });
      const { rows } = await at.owner.query('select original from assay.dataset where id = $1', [dataset]);
      const artifact = rows[0].original;
      return { dataset, artifact, text, context, key: `${context.workspace}/${artifact}` };
    }
    const read = async ({ dataset, context }: Kept) => {
      const { body } = await readDataset(deps, context, { id: dataset, form: 'original' });
      return (await collect(body)).toString();
    };
    const recover = async ({ key }: Kept) =>
      (await collect((await recoverObject(deps.store, at.api.keys, key)).body)).toString();
    const bytesOf = async (key: string) => collect(await deps.store.get(key));
    const replace = async (key: string, bytes: Buffer) => {
      await deps.store.delete(key);
      await deps.store.put(key, inChunks(bytes));
    };
    async function whileReplaced(key: string, bytes: Buffer, look: () => Promise<void>): Promise<void> {
      const own = await bytesOf(key);
      await replace(key, bytes);
      await look();
      await replace(key, own);
    }
    const isRefused = (error: unknown) => AssayError.is(error) && codes.includes(error.code);
    const refuses = (reading: (kept: Kept) => Promise<string>, kept: Kept, what: string) =>
      assert.rejects(reading(kept), isRefused, what);

    test('read as they are, before and after', async () => {
      for (const kept of [a, b, c]) {
        assert.equal(await read(kept), kept.text);
        assert.equal(await recover(kept), kept.text);
      }
    });

    test('bodies: of another object, of another workspace, cut and extended', async () => {
      const own = await bytesOf(a.key);
      const segment = 65_536;
      const bodies: Readonly<Record<string, Buffer>> = {
        another: await bytesOf(b.key),
        'of another workspace': await bytesOf(c.key),
        nothing: Buffer.of(),
        'without its end': own.subarray(0, -1),
        'without its last segment': own.subarray(0, own.length - ((own.length - 74) % segment)),
        'with more at its end': Buffer.concat([own, own.subarray(-100)]),
        'with the head of another': Buffer.concat([(await bytesOf(b.key)).subarray(0, 74), own.subarray(74)]),
      };
      for (const [what, bytes] of Object.entries(bodies))
        await whileReplaced(a.key, bytes, async () => {
          await refuses(read, a, what);
          await refuses(recover, a, what);
        });
    });

    test('wrapped keys beside an object: of another, of another workspace, with another identity', async () => {
      const own = JSON.parse((await bytesOf(`${a.key}.key`)).toString());
      const other = JSON.parse((await bytesOf(`${b.key}.key`)).toString());
      const foreign = JSON.parse((await bytesOf(`${c.key}.key`)).toString());
      const sidecars: Readonly<Record<string, object>> = {
        another: other,
        'of another workspace': foreign,
        'data key of another': { ...own, dataKey: other.dataKey },
        'workspace key of another workspace': { ...own, workspaceKey: foreign.workspaceKey },
        'slot of another': { ...own, slot: other.slot },
        'no slot': { ...own, slot: null },
        kind: { ...own, kind: 'report' },
        'media type': { ...own, mediaType: 'application/json' },
        'object id': { ...own, object: other.object },
        workspace: { ...own, workspace: foreign.workspace },
      };
      for (const [what, sidecar] of Object.entries(sidecars))
        await whileReplaced(`${a.key}.key`, Buffer.from(`${JSON.stringify(sidecar)}\n`), () =>
          refuses(recover, a, what),
        );
    });

    test('rows: wrapped key, slot, kind and media type of another object or another workspace', async () => {
      const row = async ({ artifact }: Kept) =>
        (await at.owner.query('select * from assay.artifact where id = $1', [artifact])).rows[0];
      const own = await row(a);
      const [other, foreign] = [await row(b), await row(c)];
      const changes: readonly [string, string, unknown][] = [
        ['another’s key', 'wrapped_key', JSON.stringify(other.wrapped_key)],
        ['the key of another workspace’s', 'wrapped_key', JSON.stringify(foreign.wrapped_key)],
        ['another’s slot', 'key_slot', other.key_slot],
        ['no slot', 'key_slot', null],
        ['kind', 'kind', 'report'],
        ['media type', 'media_type', 'application/json'],
      ];
      await at.owner.query("set session_replication_role = 'replica'");
      for (const [what, column, value] of changes) {
        const set = (to: unknown) =>
          at.owner.query(`update assay.artifact set ${column} = $2 where id = $1`, [a.artifact, to]);
        await set(value);
        await refuses(read, a, what);
        await set(column === 'wrapped_key' ? JSON.stringify(own[column]) : own[column]);
      }
      await at.owner.query('update assay.dataset set original = $2 where id = $1', [a.dataset, b.artifact]);
      await refuses(read, a, 'the object of another data set');
      await at.owner.query('update assay.dataset set original = $2 where id = $1', [a.dataset, a.artifact]);
      assert.equal(await read(a), a.text);
    });
  });
