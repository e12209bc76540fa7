import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TlsOptions } from 'node:tls';
import { type Certificate, makeAuthority, makeCertificate } from '../../../test/certificates.ts';
import { need } from '../../../test/needs.ts';
import { formatSyslog, openSyslogSender, type SyslogSender, type SyslogSenderOptions } from './index.ts';
import { SyslogReceiver } from './testing/syslog-receiver.ts';

const unavailable = { code: 'audit.sink_unavailable' };
const timeoutMs = 20_000;

const messageOf = (index: number): Buffer =>
  formatSyslog({
    facility: 13,
    severity: 5,
    at: new Date(1_700_000_000_000 + index),
    hostname: 'appliance',
    appName: 'assay',
    procId: '1',
    msgId: 'audit',
    data: { id: 'audit@32473', params: { index: String(index) } },
    message: `record ${index}: ${'ä'.repeat(index % 50)}\nsecond line`,
  });
const indexOf = (message: Buffer): number => Number(/index="(\d+)"/.exec(message.toString())?.[1]);

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 3_000 && !condition(); tries += 1) await sleep(10);
  assert.ok(condition(), `never: ${condition}`);
}

describe('the syslog sender', need('openssl'), () => {
  let folder = '';
  let ca: Certificate;
  let otherCa: Certificate;
  let server: Certificate;
  let client: Certificate;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-syslog-'));
    [ca, otherCa] = await Promise.all([makeAuthority(folder, 'ca'), makeAuthority(folder, 'other')]);
    // One after the other: both take their serial number from one file of the authority.
    server = await makeCertificate(folder, 'ca', 'server', 'DNS:siem.example,IP:127.0.0.1');
    client = await makeCertificate(folder, 'ca', 'client', 'DNS:appliance.example');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function pair(
    t: TestContext,
    receiverOptions: TlsOptions = {},
    options: Partial<SyslogSenderOptions> = {},
  ): Promise<{ receiver: SyslogReceiver; sender: SyslogSender }> {
    const receiver = new SyslogReceiver({ ...server, ...receiverOptions });
    const port = await receiver.listen();
    const sender = openSyslogSender({ host: '127.0.0.1', port, ca: ca.cert, timeoutMs, ...options });
    t.after(() => receiver.stop());
    t.after(() => sender.close());
    return { receiver, sender };
  }

  it('delivers everything in order over one connection, and closes without loss', async (t) => {
    const { receiver, sender } = await pair(t);
    const sent = Array.from({ length: 500 }, (_, i) => messageOf(i));
    await Promise.all(sent.map((message) => sender.send(message)));
    await sender.send(Buffer.alloc(1_000_000, 'x'));
    await sender.close();
    await until(() => receiver.messages.length === 501);
    assert.deepEqual(receiver.messages.slice(0, 500), sent);
    assert.equal(receiver.messages[500]?.length, 1_000_000);
    assert.equal(receiver.connections, 1);
    await assert.rejects(sender.send(messageOf(0)), unavailable);
  });

  it('speaks TLS 1.2, and nothing older', async (t) => {
    const old = await pair(t, { maxVersion: 'TLSv1.2' });
    await old.sender.send(messageOf(1));
    await until(() => old.receiver.messages.length === 1);
    const ciphers = 'DEFAULT@SECLEVEL=0';
    const older = await pair(t, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers });
    await assert.rejects(older.sender.send(messageOf(1)), unavailable);
    assert.equal(older.receiver.messages.length, 0);
  });

  it('refuses a receiver that it cannot verify', async (t) => {
    const wrong: Partial<SyslogSenderOptions>[] = [
      { ca: otherCa.cert },
      { serverName: 'other.example' },
      { host: 'localhost' },
    ];
    for (const options of wrong) {
      const { receiver, sender } = await pair(t, {}, options);
      await assert.rejects(sender.send(messageOf(1)), unavailable);
      assert.equal(receiver.messages.length, 0);
    }
    const { receiver, sender } = await pair(t, {}, { host: 'localhost', serverName: 'siem.example' });
    await sender.send(messageOf(1));
    await until(() => receiver.messages.length === 1);
  });

  it('shows its own certificate, and sees when that is refused', async (t) => {
    const asking = { ca: ca.cert, requestCert: true, rejectUnauthorized: true };
    const known = await pair(t, asking, client);
    await known.sender.send(messageOf(1));
    await until(() => known.receiver.messages.length === 1);
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const { receiver, sender } = await pair(t, { ...asking, maxVersion });
      await assert.rejects(sender.send(messageOf(1)), unavailable);
      assert.equal(receiver.messages.length, 0);
    }
  });

  it('loses nothing to cut connections, if the caller goes back', async (t) => {
    const { receiver, sender } = await pair(t);
    const count = 400;
    let breaks = 0;
    const cutAt = new Set([1, 50, 150, 151, 250]);
    for (let index = 0; index < count; ) {
      if (cutAt.delete(index)) receiver.cut();
      // Before the last one, time enough to hear of a cut.
      if (index === count - 1) await sleep(200);
      try {
        await sender.send(messageOf(index));
        index += 1;
      } catch (error) {
        assert.equal((error as { code: string }).code, unavailable.code);
        breaks += 1;
        assert.ok(breaks < 100);
        // To the first that the broken connection carried, since nobody knows how far it came.
        index = 0;
        await sleep(20);
      }
    }
    await until(() => new Set(receiver.messages.map(indexOf)).size === count);
    assert.ok(breaks > 0);
    assert.ok(receiver.connections > 1);
    for (const message of receiver.messages) assert.deepEqual(message, messageOf(indexOf(message)));
  });

  it('says once that a connection broke, and then goes on', async (t) => {
    const { receiver, sender } = await pair(t);
    await sender.send(messageOf(0));
    await until(() => receiver.messages.length === 1);
    receiver.cut();
    const failures: string[] = [];
    for (let tries = 0; tries < 500 && !failures.some((text) => /broke after/.test(text)); tries += 1) {
      await sender.send(messageOf(1)).catch((error: Error) => failures.push(error.message));
      await sleep(20);
    }
    assert.match(String(failures.at(-1)), /the connection broke after \d+ messages/);
    await sender.send(messageOf(2));
    await until(() => receiver.messages.some((message) => indexOf(message) === 2));
    assert.equal(receiver.connections, 2);
  });

  it('waits longer and longer for a receiver that is down, and finds it again', async (t) => {
    const { receiver, sender } = await pair(t, {}, { timeoutMs: 500 });
    receiver.down = true;
    let last: { message?: string; code?: string; retryAfter?: number } = {};
    for (let tries = 0; tries < 20 && !/failed a moment ago/.test(String(last.message)); tries += 1) {
      last = await sender.send(messageOf(0)).then(
        () => assert.fail('taken'),
        (error) => error,
      );
      assert.equal(last.code, unavailable.code);
    }
    assert.match(String(last.message), /failed a moment ago/);
    assert.ok((last.retryAfter ?? 0) >= 1);
    receiver.down = false;
    for (let tries = 0; tries < 200 && receiver.messages.length === 0; tries += 1) {
      await sender.send(messageOf(0)).catch(() => sleep(50));
    }
    await until(() => receiver.messages.length > 0);
  });

  it('gives up on a receiver that takes nothing', async (t) => {
    const { receiver, sender } = await pair(t, {}, { timeoutMs: 2_000 });
    await sender.send(messageOf(0));
    await until(() => receiver.messages.length === 1);
    receiver.read(false);
    // More than the buffers of both kernels hold.
    await assert.rejects(sender.send(Buffer.alloc(64_000_000)), unavailable);
  });

  it('gives up on a peer that does not speak TLS', async (t) => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    t.after(() => silent.close());
    const { port } = silent.address() as AddressInfo;
    const sender = openSyslogSender({ host: '127.0.0.1', port, ca: ca.cert, timeoutMs: 300 });
    await assert.rejects(sender.send(messageOf(0)), /no connection within 300 ms/);
    await sender.close();
  });
});
