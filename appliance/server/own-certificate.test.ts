import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import { loadConfig } from '@assay/core';
import { AssayError } from '@assay/sdk';
import { listenerOf } from './listener.ts';
import { localApi } from './local-api.ts';
import { keepOwnCertificate, ownNames } from './own-certificate.ts';

const named = (...configured: string[]) => ({ configured, found: [] });

describe('a certificate of its own', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-own-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('is made once, for every name of this machine, readable by nobody else, and kept', async () => {
    const names = ownNames('0.0.0.0', 'https://assay.example.org:8443/x');
    const made = await keepOwnCertificate(folder, names);
    const certificate = new X509Certificate(await readFile(made.certificateFile));
    assert.equal(certificate.fingerprint256, made.fingerprint);
    assert.ok(certificate.checkPrivateKey(createPrivateKey(await readFile(made.keyFile))));
    assert.ok(certificate.verify(certificate.publicKey));
    assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
    assert.equal(certificate.ca, false);
    for (const name of ['localhost', 'assay.example.org']) assert.equal(certificate.checkHost(name), name);
    for (const address of ['127.0.0.1', '::1']) assert.equal(certificate.checkIP(address), address);
    assert.equal(certificate.checkIP('0.0.0.0'), undefined);
    const years = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000 / 365;
    assert.ok(years > 1.9 && years < 2.1);
    for (const file of [made.certificateFile, made.keyFile])
      assert.equal((await stat(file)).mode & 0o777, 0o600, file);
    assert.deepEqual(await keepOwnCertificate(folder, names), made);
  });

  test('one that was half made, or lost its key, is made again', async () => {
    const first = await keepOwnCertificate(folder, named('localhost'));
    await rm(first.keyFile);
    await writeFile(`${first.keyFile}.new`, 'half');
    const second = await keepOwnCertificate(folder, named('localhost'));
    assert.notEqual(second.fingerprint, first.fingerprint);
    const certificate = new X509Certificate(await readFile(second.certificateFile));
    assert.ok(certificate.checkPrivateKey(createPrivateKey(await readFile(second.keyFile))));
  });

  test('it stays when the machine gets another address, and is made again for another configured name', async () => {
    const first = await keepOwnCertificate(folder, named('localhost'));
    const moved = { configured: ['localhost'], found: ['192.0.2.77'] };
    assert.equal((await keepOwnCertificate(folder, moved)).fingerprint, first.fingerprint);
    const renamed = await keepOwnCertificate(folder, named('localhost', 'assay.example.org', '192.0.2.8'));
    assert.notEqual(renamed.fingerprint, first.fingerprint);
  });

  test('a TLS 1.3 server takes it, and a program that trusts the file connects', async (t) => {
    const made = await keepOwnCertificate(folder, named('localhost', '127.0.0.1'));
    const cert = await readFile(made.certificateFile);
    const server = https.createServer({ cert, key: await readFile(made.keyFile), minVersion: 'TLSv1.3' });
    t.after(() => server.close());
    server.on('request', (request, response) => {
      response.end(JSON.stringify({ path: request.url, token: request.headers.authorization }));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = connect({ host: '127.0.0.1', port, ca: cert });
    await once(socket, 'secureConnect');
    assert.equal(socket.authorized, true);
    assert.equal(socket.getProtocol(), 'TLSv1.3');
    socket.destroy();
    const url = `https://127.0.0.1:${port}`;
    const { status, text } = await localApi(url, 'secret', made.certificateFile).call('GET', '/x?y=1');
    assert.deepEqual([status, JSON.parse(text)], [200, { path: '/x?y=1', token: 'Bearer secret' }]);
    const other = await mkdtemp(path.join(folder, 'other-'));
    const theirs = await keepOwnCertificate(other, named('127.0.0.1'));
    await assert.rejects(localApi(url, 'secret', theirs.certificateFile).call('GET', '/x'), /Another server/);
  });
});

test('what the configuration makes of the listener', () => {
  const kind = (http: object) => listenerOf(loadConfig({ file: { http }, env: {} })).kind;
  assert.equal(kind({}), 'plain');
  assert.equal(kind({ host: 'localhost' }), 'plain');
  assert.equal(kind({ host: '::1' }), 'plain');
  for (const host of ['0.0.0.0', '::', '192.0.2.7', 'assay.example.org', '127.0.0.1.example.org'])
    assert.equal(kind({ host }), 'own', host);
  assert.equal(kind({ host: '0.0.0.0', trustedProxies: ['10.0.0.1'] }), 'plain');
  assert.equal(kind({ certificateFile: 'a.pem', keyFile: 'b.pem' }), 'given');
  const refused = (http: object, says: RegExp) =>
    assert.throws(
      () => kind(http),
      (error) => AssayError.is(error, 'config.invalid') && says.test(error.message),
    );
  refused({ certificateFile: 'a.pem' }, /both/);
  refused({ keyFile: 'a.pem' }, /both/);
  refused({ certificateFile: 'a.pem', keyFile: '/dev/fd/3' }, /read again/);
});
