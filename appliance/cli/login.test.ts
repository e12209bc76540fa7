import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { askFor, browser, formOf } from '../../core/gateway/http/testing/browser.ts';
import { type Gateway, startGateway } from '../../core/gateway/http/testing/gateway.ts';
import { addPerson, type Person } from '../../core/gateway/http/testing/people.ts';

const bin = fileURLToPath(new URL('bin/assay.mjs', import.meta.url));

describe('assay login', () => {
  let gateway: Gateway;
  let person: Person;
  let home: string;
  before(async () => {
    gateway = await startGateway({ signIn: false });
    person = await addPerson(gateway, { role: 'administrator' });
    home = await mkdtemp(path.join(tmpdir(), 'assay-login-'));
  });
  after(async () => {
    await gateway?.stop();
    if (home) await rm(home, { recursive: true, force: true });
  });

  /** Runs a command; `told` waits for what it says on standard error. */
  function start(...args: string[]) {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home, TMPDIR: home, ASSAY_URL: gateway.url },
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
      child.once('close', (code) => resolve({ code, out, err })),
    );
    const told = async (what: RegExp): Promise<string> => {
      for (let i = 0; i < 400; i += 1) {
        const found = what.exec(err)?.[1];
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      assert.fail(`it never said ${what}: ${err}`);
    };
    return { ended, told };
  }
  const assay = async (...args: string[]) => start(...args).ended;

  test('through a browser on this machine; nobody else can answer in its place', async () => {
    const { ended, told } = start('login', '--no-browser');
    const address = await told(/(http:\S+\/oauth\/authorize\S+)/);
    const redirect = new URL(address).searchParams.get('redirect_uri') ?? '';
    for (const query of ['?code=x&state=y', '?code=x', `?code=x&iss=${encodeURIComponent(gateway.url)}`])
      assert.equal((await fetch(`${redirect}${query}`)).status, 400);
    const jar = browser(person.session);
    const { page, text } = await askFor(jar, address);
    const allowed = await jar.post(`${page}/allow`, formOf(text, '/allow'));
    const back = await jar.get(new URL(allowed.headers.get('location') ?? '', gateway.url).href);
    const shown = await fetch(back.headers.get('location') ?? '');
    assert.match(await shown.text(), /You are signed in/);
    const { code, out, err } = await ended;
    assert.equal(code, 0, err);
    assert.match(out, /as administrator of home \(administrator\), workspace default/);
    const who = await assay('whoami');
    assert.match(who.out, /administrator of home/);
    const kept = await readFile(path.join(home, '.config', 'assay', 'credentials.json'), 'utf8');
    assert.match(kept, /"assay_/);
    const tokens = await assay('token', 'list');
    assert.match(tokens.out, /assay on /);
  });

  test('refused in the browser', async () => {
    const { ended, told } = start('login', '--no-browser');
    const jar = browser(person.session);
    const { page, text } = await askFor(jar, await told(/(http:\S+\/oauth\/authorize\S+)/));
    const refused = await jar.post(`${page}/refuse`, formOf(text, '/refuse'));
    const back = await jar.get(new URL(refused.headers.get('location') ?? '', gateway.url).href);
    await fetch(back.headers.get('location') ?? '');
    const { code, err } = await ended;
    assert.equal(code, 5);
    assert.match(err, /refused in the browser/);
  });

  test('with a code that is typed in elsewhere', async () => {
    const { ended, told } = start('login', '--device');
    const code = await told(/type (\S+)/);
    const jar = browser(person.session);
    const device = `${gateway.url}/oauth/device`;
    const input = formOf(await (await jar.get(device)).text(), '/oauth/device');
    const confirm = await (await jar.post(device, { ...input, user_code: code })).text();
    const went = await jar.post(device, formOf(confirm, '/oauth/device'));
    const page = new URL(went.headers.get('location') ?? '', gateway.url).href;
    const allowed = await jar.post(`${page}/allow`, formOf(await (await jar.get(page)).text(), '/allow'));
    await jar.get(new URL(allowed.headers.get('location') ?? '', gateway.url).href);
    const { code: exit, out, err } = await ended;
    assert.equal(exit, 0, err);
    assert.match(out, /Signed in at/);
  });

  test('users: made, listed, disabled, enabled, given another password', async () => {
    const made = await assay('user', 'create', 'mira', '--name', 'Mira Moss', '--role', 'analyst');
    assert.match(made.out, /Mira Moss signs in as mira[\s\S]*[a-z2-9]{5}-[a-z2-9]{5}-/, made.err);
    assert.match((await assay('user', 'list')).out, /mira +Mira Moss +active +no/);
    assert.match((await assay('user', 'disable', 'mira')).out, /can do nothing/);
    assert.match((await assay('user', 'list')).out, /mira +Mira Moss +disabled/);
    assert.equal((await assay('user', 'enable', 'mira')).code, 0);
    assert.match((await assay('user', 'reset-password', 'MIRA')).out, /works once/);
    assert.equal((await assay('user', 'disable', 'nobody')).code, 5);
    assert.equal((await assay('user', 'create', 'mira')).code, 5);
  });

  test('clients: imported, registered, listed, removed; what is wrong with a file is said', async () => {
    const file = path.join(home, 'client.json');
    const document = {
      client_id: 'https://ide.example/client.json',
      client_name: 'Example IDE',
      redirect_uris: ['http://127.0.0.1/callback'],
    };
    await writeFile(file, JSON.stringify(document));
    assert.match((await assay('client', 'import', file)).out, /Example IDE .* may ask people/);
    const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    const keys = path.join(home, 'keys.json');
    await writeFile(keys, JSON.stringify({ keys: [{ ...jwk, kid: '1', alg: 'ES256' }] }));
    const registered = await assay('client', 'register', 'nightly', '--keys', keys, '--role', 'viewer');
    assert.match(registered.out, /nightly is client service-\S+, as viewer/, registered.err);
    assert.match((await assay('client', 'list')).out, /ide\.example[\s\S]*nightly/);
    assert.equal((await assay('client', 'remove', document.client_id)).code, 0);
    await writeFile(file, '{');
    assert.match((await assay('client', 'import', file)).err, /is not JSON/);
    await writeFile(file, JSON.stringify({ ...document, redirect_uris: ['http://evil.example/'] }));
    const { code, err } = await assay('client', 'import', file);
    assert.equal(code, 5);
    assert.match(err, /redirect_uris\/0/);
  });
});
