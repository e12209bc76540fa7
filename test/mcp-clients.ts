import assert from 'node:assert/strict';
import path from 'node:path';
import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as Pipe2 } from '@modelcontextprotocol/client/stdio';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as Pipe1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Api, Json } from './api.ts';

const cli = path.resolve(import.meta.dirname, '../appliance/cli/main.ts');

/** What both generations of the official client have, as far as it is used here. */
export interface McpClient {
  listTools(): Promise<Json>;
  callTool(request: object, options: object): Promise<Json>;
  close(): Promise<void>;
}

export const info = { name: 'test', version: '1' };
export const headersOf = (token: string) => ({
  requestInit: { headers: { authorization: `Bearer ${token}` } },
});

/** The bridge of the command line, as a client starts it. */
export const bridgeTo = (address: string, token: string) => ({
  command: process.execPath,
  args: ['--disable-warning=ExperimentalWarning', cli, 'mcp'],
  env: { PATH: process.env.PATH ?? '', ASSAY_URL: address, ASSAY_TOKEN: token },
  stderr: 'pipe' as const,
});

async function openV1(transport: unknown): Promise<McpClient> {
  const client = new Client1(info);
  await client.connect(transport as Parameters<Client1['connect']>[0]);
  return {
    listTools: () => client.listTools(),
    callTool: (request, options) => client.callTool(request as Json, undefined, options),
    close: () => client.close(),
  };
}

/** The whole client of revision 2026-07-28. */
export async function connectModern(url: URL, token: string): Promise<Client2> {
  const client = new Client2(info, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new Transport2(url, headersOf(token)));
  assert.equal(client.getNegotiatedProtocolVersion(), '2026-07-28');
  return client;
}

const ofV2 = (client: Client2): McpClient => ({
  listTools: () => client.listTools(),
  callTool: (request, options) => client.callTool(request as Json, options),
  close: () => client.close(),
});

export const connectV1 = (url: URL, token: string) => openV1(new Transport1(url, headersOf(token)));
export const connectV2 = async (url: URL, token: string) => ofV2(await connectModern(url, token));
export const connectPipeV1 = (url: URL, token: string) => openV1(new Pipe1(bridgeTo(url.origin, token)));

export async function connectPipeV2(url: URL, token: string): Promise<McpClient> {
  const client = new Client2(info, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new Pipe2(bridgeTo(url.origin, token)));
  assert.equal(client.getNegotiatedProtocolVersion(), '2026-07-28');
  return ofV2(client);
}

/** Pins every plugin, so that its tools are listed beside those. */
export async function pinAll(api: Api): Promise<void> {
  for (const { name } of (await api.call('GET', '/v1/plugins')).body.items)
    await api.call('POST', `/v1/pins/${name}`, { json: { version: '^1' } });
}
