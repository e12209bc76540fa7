import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeAuthority, makeCertificate } from '../../../test/certificates.ts';
import { need } from '../../../test/needs.ts';
import { openNote } from '../../base/transparency/index.ts';
import { SyslogReceiver } from '../../base/transparency/testing/syslog-receiver.ts';
import { type Installation, startInstallation } from '../../testing/installation.ts';
import { type Anchor, logKeysOf, recordAudit, sequenceRecords, syslogAnchor, tellAnchors } from './index.ts';

describe('signed heads over syslog', need('openssl'), () => {
  let folder = '';
  let at: Installation;
  let receiver: SyslogReceiver;
  let anchor: Anchor;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-syslog-'));
    at = await startInstallation();
    const ca = await makeAuthority(folder, 'ca');
    const own = await makeCertificate(folder, 'ca', 'siem', 'IP:127.0.0.1');
    receiver = new SyslogReceiver(own);
    anchor = syslogAnchor(at.api, { host: '127.0.0.1', port: await receiver.listen(), ca: ca.cert });
  });
  after(async () => {
    await anchor?.close();
    await receiver?.stop();
    await at?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function sign(): Promise<void> {
    await at.api.database.withWorkspace(at.workspace, (query) =>
      recordAudit(at.api, query, at.context(), {
        action: 'test.act',
        subject: { kind: 'test', id: '1' },
        outcome: 'succeeded',
      }),
    );
    await sequenceRecords(at.worker, { checkpointMs: 0 }, true);
  }
  const sizes = () =>
    receiver.messages.map((message) => {
      const note = /note="((?:[^"\\]|\\.)*)"/.exec(message.toString())?.[1] ?? '';
      const text = note.replace(/\\(["\\\]])/g, '$1');
      return Number(openNote(text, [logKeysOf(at.api.keys).logKey]).text.split('\n')[1]);
    });

  test('each head arrives whole, and none is forgotten while the receiver is away', async () => {
    await sign();
    await tellAnchors(at.worker, [anchor]);
    const [first = 0] = sizes();
    receiver.down = true;
    receiver.cut();
    await sign();
    await assert.rejects(tellAnchors(at.worker, [anchor]), /could not be told everywhere/);
    await sign();
    receiver.down = false;
    for (let i = 0; i < 50 && !sizes().includes(first + 2); i += 1)
      await tellAnchors(at.worker, [anchor]).catch((error: unknown) =>
        assert.ok(error instanceof AggregateError),
      );
    assert.deepEqual([...new Set(sizes())], [first, first + 1, first + 2]);
  });
});
