import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { askFor, browser, formOf } from '../../core/gateway/http/testing/browser.ts';
import { type Gateway, startGateway } from '../../core/gateway/http/testing/gateway.ts';
import { addPerson, type Person } from '../../core/gateway/http/testing/people.ts';

const suite = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json')),
  'dist/index.js',
);

/** A port that was free a moment ago; the suite wants to be told one. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

describe('MCP conformance suite: scenarios for authorization servers', () => {
  let gateway: Gateway;
  let person: Person;
  before(async () => {
    gateway = await startGateway({ signIn: false });
    person = await addPerson(gateway, { role: 'analyst', workspace: 'other' });
  });
  after(() => gateway?.stop());

  /** What somebody does at the address that the suite prints: sees who asks, allows it, is sent back. */
  async function consent(address: string): Promise<void> {
    const jar = browser(person.session);
    const { page, text } = await askFor(jar, address);
    const allowed = await jar.post(`${page}/allow`, formOf(text, '/allow'));
    const back = await jar.get(new URL(allowed.headers.get('location') ?? '', gateway.url).href);
    await fetch(back.headers.get('location') ?? '');
  }

  test('all pass', { timeout: 120_000 }, async () => {
    const port = String(await freePort());
    const args = [
      '--url',
      gateway.url,
      '--client-id',
      'assay-cli',
      '--resource',
      `${gateway.url}/mcp`,
      '-p',
      port,
    ];
    const child = spawn(process.execPath, [suite, 'authorization', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let consented: Promise<void> | undefined;
    const hear = (text: string) => {
      said += text;
      const address = /(http:\S+\/oauth\/authorize\?\S+)\s/.exec(said)?.[1];
      if (address) consented ??= consent(address);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
    await consented;
    assert.equal(code, 0, said);
    assert.match(said, /authorization-server-metadata-endpoint: 2 passed, 0 failed/);
    assert.match(said, /authorization-code-grant: 1 passed, 0 failed/);
  });
});
