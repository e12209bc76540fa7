import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { type Gateway, startGateway } from '../gateway/http/testing/gateway.ts';
import { openWorkerHand, shippedPlugins, type WorkerHand } from '../gateway/http/testing/worker-hand.ts';
import { AssayProblem, AssayUnreachable, type Client, createClient, type Job } from './index.ts';

const csv = Buffer.from('x,y\n1,2\n3,4\n');
const isProblem = (code: string) => (error: unknown) => error instanceof AssayProblem && error.code === code;

describe('client', () => {
  let gateway: Gateway;
  let hand: WorkerHand;
  let client: Client;
  before(async () => {
    gateway = await startGateway({ plugins: await shippedPlugins(), maxUploadBytes: 2_000_000 });
    hand = await openWorkerHand(gateway);
    client = createClient({ url: `${gateway.url}/`, token: gateway.api.token });
  });
  after(async () => {
    await hand?.close();
    await gateway?.stop();
  });
  const upload = async (name = 'a.csv') => client.uploadDataset({ name, mediaType: 'text/csv', body: csv });
  const ready = async () => {
    const { id } = await upload();
    await hand.makeReady(id);
    return id;
  };
  const submit = async () =>
    client.submitJob({ tool: 'explore/describe', inputs: { data: await ready() }, params: {} });

  test('uploads what knows its length and what does not, and tells how far it is', async () => {
    const seen: (number | undefined)[][] = [];
    const named = await client.uploadDataset({
      name: 'ä & b.csv',
      mediaType: 'text/csv',
      body: new Blob([csv]),
      onProgress: (...args) => seen.push(args),
    });
    assert.deepEqual([named.name, named.bytes, named.state], ['ä & b.csv', csv.length, 'received']);
    assert.deepEqual(seen.at(-1), [csv.length, csv.length]);
    const pieces = async function* () {
      for (const byte of csv) yield Uint8Array.of(byte);
    };
    const streamed = await client.uploadDataset({ name: 'b.csv', mediaType: 'text/csv', body: pieces() });
    assert.equal(streamed.digest, named.digest);
    const bytes = await new Response(await client.readDataset(named.id)).bytes();
    assert.deepEqual(Buffer.from(bytes), csv);
  });

  test('a refused upload is a problem with its code, also while bytes still flow', async () => {
    const endless = async function* () {
      for (;;) yield new Uint8Array(65_536);
    };
    const request = { name: 'big.csv', mediaType: 'text/csv', body: endless() };
    await assert.rejects(client.uploadDataset(request), isProblem('request.too_large'));
    const big = { ...request, body: new Uint8Array(5_000_000) };
    await assert.rejects(client.uploadDataset(big), isProblem('request.too_large'));
    await assert.rejects(
      client.uploadDataset({ ...request, mediaType: 'image/png', body: csv }),
      isProblem('request.media_type_unsupported'),
    );
  });

  test('waits for a data set, ready or rejected, and stops waiting when told to', async () => {
    const { id } = await upload();
    const waiting = client.waitForDataset(id);
    await hand.makeReady(id);
    assert.equal((await waiting).profile?.rows, 10);
    const { id: bad } = await upload();
    await hand.reject(bad);
    assert.equal((await client.waitForDataset(bad)).reasons?.[0]?.row, 3);
    const { id: never } = await upload();
    const stop = new AbortController();
    const stopped = client.waitForDataset(never, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await assert.rejects(stopped, /enough/);
  });

  test('lists in pages, shows tools and plugins', async () => {
    const first = await client.listDatasets({ limit: 1 });
    assert.equal(first.items.length, 1);
    const second = await client.listDatasets({ limit: 1, after: first.next ?? '' });
    assert.notEqual(first.items[0]?.id, second.items[0]?.id);
    const [tool] = await client.listTools();
    assert.equal((await client.getTool(`${tool?.name}@${tool?.version}`)).title, tool?.title);
    assert.ok((await client.listPlugins()).some((plugin) => plugin.name === 'explore'));
    await assert.rejects(client.getTool('explore/nothing'), isProblem('tool.not_found'));
    await assert.rejects(client.getTool('describe'), /looks like statistics\/t-test/);
    assert.equal((await client.health()).status, 'ok');
    assert.equal((await client.me()).principal.role, 'administrator');
  });

  test('watches a job to its report', async () => {
    const job = await submit();
    const seen: Job[] = [];
    for await (const now of client.watchJob(job.id)) {
      seen.push(now);
      if (now.state === 'queued') await hand.start(job.id, 0.5);
      if (now.state === 'running') await hand.succeed(job.id, { format: 'assay-report/1' }, '<p>hello</p>');
    }
    assert.deepEqual(
      seen.map((j) => j.state),
      ['queued', 'running', 'succeeded'],
    );
    assert.deepEqual(seen[1]?.progress, { stage: 'fit', fraction: 0.5 });
    const report = seen.at(-1)?.report ?? '';
    assert.equal((await client.getReport(report)).id, report);
    assert.equal(await client.getReportHtml(report), '<p>hello</p>');
    assert.equal((await client.waitForJob(job.id)).state, 'succeeded');
    const since = seen.at(-1)?.revision ?? 0;
    assert.deepEqual(await Array.fromAsync(client.watchJob(job.id, { since })), []);
  });

  test('a key makes one job of two requests; a job is cancelled once', async () => {
    const request = { tool: 'explore/describe', inputs: { data: await ready() } };
    const [one, two] = [
      await client.submitJob(request, { idempotencyKey: 'k' }),
      await client.submitJob(request, { idempotencyKey: 'k' }),
    ];
    assert.equal(one.id, two.id);
    assert.equal((await client.cancelJob(one.id)).state, 'cancelled');
    await assert.rejects(client.cancelJob(one.id), isProblem('job.already_finished'));
    assert.ok((await client.listJobs({ state: 'cancelled' })).items.some((j) => j.id === one.id));
  });

  test('a refusal carries what would be right', async () => {
    const data = await ready();
    const params = { response: 'z', predictors: ['x'] };
    await assert.rejects(
      client.submitJob({ tool: 'regression/linear', inputs: { data }, params }),
      (error) => {
        assert.ok(error instanceof AssayProblem);
        assert.equal(error.code, 'tool.input_invalid');
        assert.equal(error.issues[0]?.pointer, '/params/response');
        assert.match(error.requestId, /^[0-9a-f-]{36}$/);
        return true;
      },
    );
    const nobody = createClient({ url: gateway.url, token: 'assay_no' });
    await assert.rejects(nobody.me(), isProblem('identity.token_invalid'));
  });

  test('where no Assay answers, the error says so', async () => {
    const other = createServer((_, response) => response.end('<h1>hello</h1>')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const url = `http://127.0.0.1:${port}`;
    try {
      await assert.rejects(createClient({ url }).listTools(), AssayUnreachable);
    } finally {
      other.closeAllConnections();
      await new Promise((resolve) => other.close(resolve));
    }
    await assert.rejects(createClient({ url }).me(), (error) => {
      assert.ok(error instanceof AssayUnreachable);
      assert.match(error.message, /cannot be reached at http:.*ECONNREFUSED/);
      return true;
    });
  });
});
