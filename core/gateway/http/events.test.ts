import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { digestDirectory, type Profile } from '@assay/sdk';
import type { Api, Json } from '../../../test/api.ts';
import { connect } from '../../base/database/index.ts';
import { openKeyring } from '../../base/encryption/index.ts';
import { cipherOf, requireDataset, settleDataset } from '../../domain/datasets/index.ts';
import { createCiphers } from '../../domain/workspaces/index.ts';
import { type Gateway, startGateway } from './testing/gateway.ts';

const directory = path.resolve(import.meta.dirname, '../../../plugins/explore');

const profile: Profile = {
  rows: 2,
  columns: [
    {
      name: 'a',
      type: 'integer',
      role: 'numeric',
      roles: ['numeric'],
      missing: 0,
      distinct: 2,
      top: [],
      constant: false,
    },
  ],
  format: 'csv',
  notes: [],
};

/** Does for a data set what the worker would, since none runs here: then jobs wait in the queue for ever. */
async function makeReady(gateway: Gateway, workspace: string, id: string): Promise<void> {
  const onError = (error: Error) => assert.ifError(error);
  const database = connect({ url: gateway.workerUrl, poolSize: 1, applicationName: 'test', onError });
  const ciphers = createCiphers(await openKeyring({ file: gateway.keyringFile }));
  await database.withWorkspace(workspace, async (query) => {
    const row = await requireDataset(query, id);
    const forms = { parquet: row.original, arrow: row.original };
    const cipher = await cipherOf({ ciphers }, query, row);
    await settleDataset(query, cipher, id, { state: 'ready', profile, ...forms });
  });
  await database.close();
}

interface Event {
  readonly id: number;
  readonly event: string;
  readonly data: Json;
}

/** Events of a stream, as a browser would read them, as they come. */
async function* read(response: Response): AsyncGenerator<Event> {
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string) => lines.find((l) => l.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = field('data');
      if (data) yield { id: Number(field('id')), event: field('event') ?? '', data: JSON.parse(data) };
    }
  }
}

describe('events of a job', () => {
  let gateway: Gateway;
  let api: Api;
  let dataset: string;
  before(async () => {
    const admitted = await digestDirectory(directory);
    gateway = await startGateway({ plugins: [{ name: 'explore', directory, admitted, trust: 'shipped' }] });
    api = gateway.api;
    dataset = (await api.upload('a.csv', 'a\n1\n2\n')).id;
    const me = await api.call('GET', '/v1/me');
    await makeReady(gateway, me.body.workspace.id, dataset);
  });
  after(() => gateway?.stop());

  const submit = async () => {
    const answer = await api.submit('explore/describe', dataset, {});
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    assert.equal(answer.headers.get('location'), `/v1/jobs/${answer.body.id}`);
    return answer.body;
  };
  const watch = (job: string, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}/v1/jobs/${job}/events`, {
      headers: { authorization: `Bearer ${api.token}`, 'accept-encoding': 'gzip', ...headers },
    });

  test('the job at once, then each change, then the end; never compressed', async () => {
    const job = await submit();
    const response = await watch(job.id);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
    assert.equal(response.headers.get('content-encoding'), null);
    const events: Event[] = [];
    for await (const event of read(response)) {
      events.push(event);
      if (events.length === 1) await api.call('DELETE', `/v1/jobs/${job.id}`);
    }
    assert.deepEqual(
      events.map((e) => [e.event, e.data.state, e.id === e.data.revision]),
      [
        ['job', 'queued', true],
        ['job', 'cancelled', true],
      ],
    );
    const rest: Event[] = [];
    for await (const event of read(await watch(job.id, { 'last-event-id': String(events[0]?.id) })))
      rest.push(event);
    assert.deepEqual(rest, events.slice(1), 'after Last-Event-ID only what is new');
    const nothing = await watch(job.id, { 'last-event-id': String(events[1]?.id) });
    assert.equal(nothing.status, 204, 'nothing will come, so that a browser stops asking');
    assert.equal((await watch(job.id, { 'last-event-id': 'x' })).status, 400);
  });

  test('cancelling twice: the second time it is finished already', async () => {
    const job = await submit();
    const first = await api.call('DELETE', `/v1/jobs/${job.id}`);
    assert.deepEqual([first.status, first.body.state], [202, 'cancelled']);
    const second = await api.call('DELETE', `/v1/jobs/${job.id}`);
    assert.deepEqual([second.status, second.body.code], [409, 'job.already_finished']);
  });

  test('an idempotency key gives the job again and says so', async () => {
    const key = { 'idempotency-key': 'a-key' };
    const first = await api.submit('explore/describe', dataset, {}, key);
    const second = await api.submit('explore/describe', dataset, {}, key);
    assert.deepEqual([first.status, first.headers.get('idempotency-replayed')], [202, null]);
    assert.deepEqual([second.status, second.headers.get('idempotency-replayed')], [200, 'true']);
    assert.equal(second.body.id, first.body.id);
    assert.equal(second.headers.get('location'), first.headers.get('location'));
  });

  test('a refusal of the tool carries places and what would fit', async () => {
    const answer = await api.submit('explore/describe', dataset, { columns: ['b'] });
    assert.deepEqual([answer.status, answer.body.code], [422, 'tool.input_invalid']);
    assert.equal(answer.body.issues[0].pointer, '/params/columns/0');
  });

  test('a tool and its plugin as the catalogue shows them', async () => {
    const { body: tools } = await api.call('GET', '/v1/tools');
    assert.ok(tools.items.some((t: Json) => t.name === 'explore/describe'));
    const { status, body: tool } = await api.call('GET', '/v1/tools/explore/describe');
    assert.equal(status, 200);
    const exact = await api.call('GET', `/v1/tools/explore/describe?version=${tool.version}`);
    assert.deepEqual(exact.body, tool);
    assert.equal((await api.call('GET', '/v1/tools/explore/describe?version=9.9.9')).status, 404);
    const { body: plugins } = await api.call('GET', '/v1/plugins');
    assert.deepEqual([plugins.items[0].name, plugins.items[0].state], ['explore', 'enabled']);
  });

  test('stopping the server ends open streams at once', async () => {
    const job = await submit();
    const response = await watch(job.id);
    const seen: Event[] = [];
    for await (const event of read(response)) {
      seen.push(event);
      // A server that waited for its streams would take all of the grace, far longer than this test may.
      if (seen.length === 1) void gateway.stopServer(600_000);
    }
    assert.equal(seen.length, 1);
    await gateway.stopServer(600_000);
  });
});
