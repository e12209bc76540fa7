import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type FaultProxy, startFaultProxy } from '../../../test/fault-proxy.ts';
import { need } from '../../../test/needs.ts';
import { testS3 } from '../../../test/s3.ts';
import { examineStore, type Finding } from './examine.ts';
import type { S3Options } from './s3-options.ts';
import { makeBucket } from './testing/bucket.ts';

describe('what an examination of a bucket finds', need('s3'), () => {
  let proxy: FaultProxy;
  let bucket: S3Options;
  before(async () => {
    bucket = await makeBucket(testS3());
    proxy = await startFaultProxy(bucket.endpoint);
  });
  after(() => proxy?.close());

  async function examine(fault: FaultProxy['fault']): Promise<Map<string, Finding>> {
    proxy.fault = fault;
    const findings = await Array.fromAsync(
      examineStore({ kind: 's3', ...bucket, endpoint: proxy.url }),
      (finding) => [finding.name, finding] as const,
    );
    return new Map(findings);
  }
  const bad = (found: Map<string, Finding>) =>
    [...found.values()].filter(({ ok }) => !ok).map(({ name }) => name);

  it('nothing wrong with a good one', async () => {
    const found = await examine(() => undefined);
    assert.deepEqual(bad(found), []);
    assert.match(found.get('permissions')?.detail ?? '', /write, read, list, delete; no TLS/);
  });

  it('another time', async () => {
    for (const minutes of [-20, 20]) {
      const found = await examine(({ method }) =>
        method === 'HEAD' ? { shiftClockMs: minutes * 60_000 } : undefined,
      );
      assert.deepEqual(bad(found), ['clock']);
      const [, seconds] = /differ by (-?\d+) s/.exec(found.get('clock')?.detail ?? '') ?? [];
      assert.ok(Math.abs(Number(seconds) - minutes * 60) < 60, found.get('clock')?.detail);
      assert.match(found.get('clock')?.remedy ?? '', /NTP/);
    }
  });

  const denials: Readonly<Record<string, FaultProxy['fault']>> = {
    write: ({ method }) => (method === 'PUT' ? { deny: true } : undefined),
    read: ({ method, url }) => (method === 'GET' && /probe\/[^?]+$/.test(url) ? { deny: true } : undefined),
    list: ({ method, url }) => (method === 'GET' && url.includes('list-type') ? { deny: true } : undefined),
    delete: ({ method }) => (method === 'DELETE' ? { deny: true } : undefined),
  };
  for (const [right, fault] of Object.entries(denials))
    it(`keys that may not ${right}`, async () => {
      const found = await examine(fault);
      assert.equal(found.get(right)?.ok, false, JSON.stringify([...found.values()]));
      assert.match(found.get(right)?.detail ?? '', /denied|refused|403/i);
      assert.match(found.get('permissions')?.detail ?? '', new RegExp(`able to .*${right}`));
      assert.match(found.get('permissions')?.remedy ?? '', /PutObject/);
    });

  it('a server that knows no conditional writes', async () => {
    const found = await examine(({ method }) => (method === 'PUT' ? { ignoreCondition: true } : undefined));
    assert.equal(found.get('two writers')?.ok, false);
    assert.match(found.get('two writers')?.remedy ?? '', /If-None-Match/);
  });
});
