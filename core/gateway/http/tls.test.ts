import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import { AssayError } from '@assay/sdk';
import { type Certificate, makeAuthority, makeCertificate } from '../../../test/certificates.ts';
import { createLogger } from '../../base/telemetry/index.ts';
import { type CertificateFiles, loadCertificate, tlsVersion, watchCertificate } from './certificate.ts';
import { createListener } from './listener.ts';
import { ask } from './testing/ask.ts';
import { formOf } from './testing/browser.ts';
import { type Gateway, startGateway } from './testing/gateway.ts';

const names = 'DNS:localhost,IP:127.0.0.1';
const fingerprintOf = ({ cert }: Certificate) => new X509Certificate(cert).fingerprint256;

describe('TLS', () => {
  let folder: string;
  let ca: string;
  let first: Certificate;
  let second: Certificate;
  let files: CertificateFiles;
  let gateway: Gateway;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-tls-'));
    ca = (await makeAuthority(folder, 'authority')).cert;
    first = await makeCertificate(folder, 'authority', 'first', names);
    second = await makeCertificate(folder, 'authority', 'second', names);
    files = { certificateFile: path.join(folder, 'used.crt'), keyFile: path.join(folder, 'used.key') };
    await use('first');
    gateway = await startGateway({ signIn: false, http: { tls: files } });
  });
  after(async () => {
    await gateway?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function use(name: string): Promise<void> {
    await copyFile(path.join(folder, `${name}.key`), files.keyFile);
    await chmod(files.keyFile, 0o600);
    await copyFile(path.join(folder, `${name}.crt`), files.certificateFile);
  }
  /** Another pair of files, each with this text or as the first has it. */
  async function pair(name: string, { cert = first.cert, key = first.key, mode = 0o600 }) {
    const made = {
      certificateFile: path.join(folder, `${name}.crt`),
      keyFile: path.join(folder, `${name}.key`),
    };
    await writeFile(made.certificateFile, cert);
    await writeFile(made.keyFile, key);
    await chmod(made.keyFile, mode);
    return made;
  }
  const get = (where: string, headers = {}) => ask({ port: gateway.port, ca, path: where, headers });

  test('the api speaks TLS 1.3 with the given certificate, and says that browsers should stay with it', async () => {
    assert.match(gateway.url, /^https:/);
    const { status, headers, fingerprint, protocol } = await get('/health');
    assert.deepEqual([status, protocol, fingerprint], [200, 'TLSv1.3', fingerprintOf(first)]);
    assert.match(headers['strict-transport-security'] ?? '', /^max-age=31536000/);
  });

  test('downgrade: neither TLS 1.2 nor plain HTTP is spoken there', async () => {
    const socket = connect({ host: '127.0.0.1', port: gateway.port, ca, maxVersion: 'TLSv1.2' });
    const [error] = await once(socket, 'error');
    assert.match(String(error.code), /PROTOCOL_VERSION/);
    await assert.rejects(ask({ port: gateway.port, path: '/health' }));
  });

  test('over TLS: cookies with the prefix, origin https, and a form of the same host over http is another site', async () => {
    const page = await ask({ port: gateway.port, ca, path: `/sign-in?token=${gateway.startToken}` });
    const [flow = ''] = page.headers['set-cookie'] ?? [];
    assert.match(flow, /^__Host-assay_flow=/);
    const body = new URLSearchParams(formOf(page.text, '/sign-in')).toString();
    const form = (origin: string) =>
      ask({
        ...{ port: gateway.port, ca, method: 'POST', path: '/sign-in', body },
        headers: {
          ...{ origin, cookie: flow.split(';', 1)[0] },
          'content-type': 'application/x-www-form-urlencoded',
        },
      });
    assert.equal((await form(`http://127.0.0.1:${gateway.port}`)).status, 403);
    const { status, headers } = await form(`https://127.0.0.1:${gateway.port}`);
    assert.equal(status, 303);
    const [set = ''] = headers['set-cookie'] ?? [];
    assert.match(set, /^__Host-assay_session=assays_/);
    assert.match(set, /; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    assert.doesNotMatch(set, /Domain/i);
    const cookie = set.split(';', 1)[0] ?? '';
    assert.equal((await get('/v1/me', { cookie })).status, 200);
    assert.equal((await get('/v1/me', { cookie: cookie.replace('__Host-', '') })).status, 401);
    assert.equal((await get('/v1/me', { cookie: `${cookie}; ${cookie}` })).status, 401);
  });

  test('over TLS the authorization server goes by our name alone, whatever headers say', async () => {
    const origin = `https://127.0.0.1:${gateway.port}`;
    const query = new URLSearchParams({
      ...{ response_type: 'code', client_id: 'assay-cli', redirect_uri: 'http://127.0.0.1:1/callback' },
      ...{ code_challenge: 'x'.repeat(43), code_challenge_method: 'S256', resource: `${origin}/mcp` },
    });
    const spoofed = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      forwarded: 'host=evil.example',
    };
    const begun = await ask({ port: gateway.port, ca, path: `/oauth/authorize?${query}`, headers: spoofed });
    assert.equal(begun.status, 303, begun.text);
    assert.match(String(begun.headers.location), /^\/oauth\/interaction\//);
    const cookies = begun.headers['set-cookie'] ?? [];
    assert.ok(cookies.length > 0 && cookies.every((line) => /; secure/i.test(line) && !/evil/.test(line)));
    const said = await ask({
      ...{ port: gateway.port, ca, path: '/.well-known/oauth-authorization-server', headers: spoofed },
    });
    assert.ok(!said.text.includes('evil'));
    assert.equal(JSON.parse(said.text).token_endpoint, `${origin}/oauth/token`);
    assert.match(String(said.headers['strict-transport-security']), /max-age/);
  });

  test('a certificate that is replaced is used without a restart; open connections stay', async () => {
    const agent = new https.Agent({ keepAlive: true, ca, maxSockets: 1 });
    const kept = async () => {
      const request = https.get({ host: '127.0.0.1', port: gateway.port, path: '/health', agent });
      const [response] = await once(request, 'response');
      response.resume();
      await once(response, 'end');
      return [response.statusCode, request.reusedSocket];
    };
    assert.deepEqual(await kept(), [200, false]);
    await use('second');
    const seen = async () => (await get('/health')).fingerprint;
    for (let i = 0; i < 300 && (await seen()) !== fingerprintOf(second); i += 1) {
      await kept();
      await delay(100);
    }
    assert.equal(await seen(), fingerprintOf(second));
    assert.deepEqual(await kept(), [200, true]);
    agent.destroy();
    const old = connect({ host: '127.0.0.1', port: gateway.port, ca, maxVersion: 'TLSv1.2' });
    const [error] = await once(old, 'error');
    assert.match(String(error.code), /PROTOCOL_VERSION/, 'also after that TLS 1.3 alone');
  });

  test('a pair that cannot be used is refused, and it is said why', async () => {
    const refused = async (name: string, given: Parameters<typeof pair>[1], says: RegExp) => {
      await assert.rejects(loadCertificate(await pair(name, given)), (error: AssayError) => {
        assert.match(error.message, says);
        assert.doesNotMatch(error.message, /BEGIN|PRIVATE/);
        return AssayError.is(error, 'config.invalid');
      });
    };
    await refused('mixed', { key: second.key }, /is not the one of the certificate/);
    await refused('swapped', { cert: first.key, key: first.cert }, /is no certificate/);
    await refused('cut', { cert: first.cert.slice(0, 200) }, /is no certificate/);
    await refused('garbage', { key: 'garbage' }, /is no private key/);
    await refused('readable', { mode: 0o644 }, /Others may read .*chmod 600/);
    await assert.rejects(
      loadCertificate({ certificateFile: path.join(folder, 'none'), keyFile: files.keyFile }),
      /http\.certificateFile: .* cannot be read \(ENOENT\)/,
    );
    await assert.rejects(
      startGateway({ http: { tls: await pair('mixed', { key: second.key }) } }),
      /is not the one/,
    );
  });

  test('a bad new certificate keeps the old one, is told once, and the next good one is taken', async (t) => {
    const own = await pair('watched', {});
    const logFile = path.join(folder, 'watch.log');
    const log = createLogger({ level: 'info', role: 'api', file: logFile });
    const loaded = await loadCertificate(own);
    const listener = createListener(loaded) as https.Server;
    await once(listener.listen(0, '127.0.0.1'), 'listening');
    t.after(() => listener.close());
    const { port } = listener.address() as { port: number };
    const shown = async () => {
      const socket = connect({ host: '127.0.0.1', port, ca, ...tlsVersion });
      await once(socket, 'secureConnect');
      const { fingerprint256 } = socket.getPeerX509Certificate() ?? {};
      socket.destroy();
      return fingerprint256;
    };
    const watch = watchCertificate(own, loaded, listener, log);
    t.after(() => watch.stop());
    for (const bad of [
      { cert: second.cert },
      { cert: 'half', key: second.key },
      { key: '' },
      { mode: 0o644 },
    ]) {
      await pair('watched', bad);
      await watch.look();
      await watch.look();
      assert.equal(await shown(), fingerprintOf(first), JSON.stringify(Object.keys(bad)));
    }
    await pair('watched', second);
    await watch.look();
    assert.equal(await shown(), fingerprintOf(second));
    await new Promise<void>((resolve) => log.flush(() => resolve()));
    const text = await readFile(logFile, 'utf8');
    assert.equal(text.match(/the one before is kept/g)?.length, 4);
    assert.match(text, new RegExp(`"fingerprint":"${fingerprintOf(second)}".*a new certificate is used`));
    assert.doesNotMatch(text, /PRIVATE KEY/);
  });
});
