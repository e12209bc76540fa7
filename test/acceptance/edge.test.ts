import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { ask } from '../../core/gateway/http/testing/ask.ts';
import { launch } from '../appliance.ts';
import { makeAuthority, makeCertificate } from '../certificates.ts';

test('the whole appliance with a certificate of the operator: its first analysis too goes over TLS', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-edge-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { cert: ca } = await makeAuthority(folder, 'authority');
  // For a name that the machine itself does not go by: the program that starts the api knows it by its certificate.
  const own = await makeCertificate(folder, 'authority', 'edge', 'DNS:assay.example.org,IP:127.0.0.1');
  const { child, up, exited } = launch(path.join(folder, 'data'), {
    ASSAY_HTTP_CERTIFICATE_FILE: path.join(folder, 'edge.crt'),
    ASSAY_HTTP_KEY_FILE: path.join(folder, 'edge.key'),
  });
  t.after(() => child.kill('SIGKILL'));
  const { url, report, startToken } = await up;
  assert.match(url, /^https:/);
  const port = Number(new URL(url).port);
  const signedIn = await ask({
    ...{ port, ca, method: 'POST', path: '/v1/sign-in' },
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: startToken }),
  });
  assert.deepEqual(
    [signedIn.status, signedIn.protocol, signedIn.fingerprint],
    [200, 'TLSv1.3', new X509Certificate(own.cert).fingerprint256],
  );
  const headers = { authorization: `Bearer ${JSON.parse(signedIn.text).token}` };
  assert.equal((await ask({ port, ca, path: `/v1/reports/${report}`, headers })).status, 200);
  child.kill('SIGTERM');
  assert.equal(await exited, 0);
});
