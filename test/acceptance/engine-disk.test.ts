import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openEngine } from '../../runtimes/container/engine.ts';
import { type Api, callApi, type Json } from '../api.ts';
import { type Appliance, nothingReady, startAppliance } from '../appliance.ts';
import { copyImage, type Dockerd, startDockerd } from '../engine.ts';
import { need } from '../needs.ts';

const csv = path.resolve(import.meta.dirname, '../../plugins/survival/kaplan-meier/cases/km-lung/data.csv');
const lung = { time: 'time', event: 'status', event_value: 2, group: 'sex' };

describe('the disk of the container engine is full', need('docker'), () => {
  let folder: string;
  let disk: string;
  let dockerd: Dockerd;
  let appliance: Appliance;
  let api: Api;
  let data: Json;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-engine-disk-'));
    disk = path.join(folder, 'disk');
    await mkdir(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700m', 'assay-test', disk]);
    dockerd = await startDockerd(disk);
    const image = await copyImage('r-stats', dockerd.socketPath);
    const directory = path.join(folder, 'data');
    await mkdir(directory);
    await writeFile(path.join(directory, 'images.json'), JSON.stringify([image]));
    appliance = await startAppliance({
      data: directory,
      env: { ASSAY_CONTAINERS_SOCKET: dockerd.socketPath, ASSAY_JOBS_MAX_ATTEMPTS: '2', ...nothingReady },
    });
    api = callApi(appliance.url, appliance.token);
    data = await api.dataset('lung.csv', await readFile(csv));
  });
  after(async () => {
    await appliance?.stop();
    await dockerd?.stop();
    execFileSync('umount', [disk]);
    await rm(folder, { recursive: true, force: true });
  });

  test('the job fails and says so, no container is left, and with room again the next one is well', async () => {
    assert.equal((await api.run('survival/kaplan-meier', data.id, lung)).state, 'succeeded');
    const filler = path.join(disk, 'filler');
    const { bavail, bsize } = await statfs(disk);
    await writeFile(filler, Buffer.alloc(bavail * bsize)).catch((error: NodeJS.ErrnoException) =>
      assert.equal(error.code, 'ENOSPC'),
    );
    const job = await api.run('survival/kaplan-meier', data.id, lung);
    assert.equal(job.state, 'failed');
    assert.equal(job.error.code, 'tool.runtime_unavailable', JSON.stringify(job.error));
    assert.match(job.error.detail, /no room.*container engine/i);
    assert.equal(
      (await api.run('explore/describe', data.id, {})).state,
      'succeeded',
      'what needs no container',
    );
    await rm(filler);
    const again = await api.run('survival/kaplan-meier', data.id, lung);
    assert.equal(again.state, 'succeeded', JSON.stringify(again.error));
    assert.deepEqual(await openEngine(dockerd.socketPath).listContainers({ all: true }), []);
  });
});
