import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type Gateway, startGateway } from '../http/testing/gateway.ts';
import { shippedPlugins } from '../http/testing/worker-hand.ts';

const patience = () => AbortSignal.timeout(20_000);

function once<T>(start: (done: (value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    patience().addEventListener('abort', () => reject(new Error('nothing was heard within 20 s')));
    start(resolve);
  });
}

describe('whoever listens', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway({ plugins: await shippedPlugins() });
  });
  after(() => gateway?.stop());

  async function connect(heard: (tools: readonly string[]) => void): Promise<Client> {
    const client = new Client(
      { name: 'test', version: '1' },
      {
        versionNegotiation: { mode: 'auto' },
        listChanged: {
          tools: { debounceMs: 0, onChanged: (_, tools) => heard((tools ?? []).map((t) => t.name)) },
        },
      },
    );
    const headers = { authorization: `Bearer ${gateway.api.token}` };
    await client.connect(
      new StreamableHTTPClientTransport(new URL('/mcp', gateway.url), { requestInit: { headers } }),
    );
    return client;
  }

  test('hears that plugins changed, and what there is then', async () => {
    let hear: (tools: readonly string[]) => void = () => undefined;
    const client = await connect((tools) => hear(tools));
    const tools = await once<readonly string[]>((done) => {
      hear = done;
      const change = { json: { deprecated: 'for a test' } };
      void gateway.api.call('POST', '/v1/plugins/explore/1.0.0', change);
    });
    assert.ok(tools.includes('search_tools'));
    await client.close();
  });

  test('keeps no server from ending', async () => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => connect(() => undefined)));
    const started = performance.now();
    await gateway.stopServer(10_000);
    assert.ok(performance.now() - started < 5000, 'the streams ended with it');
    for (const client of clients) await client.close();
  });
});
