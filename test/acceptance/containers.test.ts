import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { readImages } from '../../appliance/images/index.ts';
import { openEngine } from '../../runtimes/container/engine.ts';
import { ownerLabel } from '../../runtimes/container/profile.ts';
import { type Api, callApi, type Json } from '../api.ts';
import { type Appliance, nothingReady, startAppliance } from '../appliance.ts';
import { startWithContainers } from '../containers.ts';
import { copyImage, type Dockerd, startDockerd, testEngine } from '../engine.ts';
import { need } from '../needs.ts';

const cases = path.resolve(import.meta.dirname, '../../plugins');
const lung = { time: 'time', event: 'status', event_value: 2, group: 'sex' };

async function caseData(tool: string, id: string): Promise<string> {
  return readFile(path.join(cases, tool, 'cases', id, 'data.csv'), 'utf8');
}

async function running(api: Api, job: string): Promise<void> {
  for (let i = 0; i < 600; i += 1) {
    const { body } = await api.call('GET', `/v1/jobs/${job}`);
    if (body.state === 'running') return;
    assert.equal(body.state, 'queued', JSON.stringify(body));
    await delay(20);
  }
  assert.fail('it did not start within 12 s');
}

describe('jobs in containers', need('docker'), () => {
  let appliance: Appliance;
  let api: Api;
  let data: Json;
  before(async () => {
    appliance = await startWithContainers({ ASSAY_JOBS_MAX_ATTEMPTS: '5' });
    api = callApi(appliance.url, appliance.token);
    data = await api.dataset('lung.csv', await caseData('survival/kaplan-meier', 'km-lung'));
  });
  after(async () => {
    await appliance?.stop();
    assert.deepEqual(await ours(), [], 'no orphan container');
  });

  /** Containers of this appliance, as `appliance/server/containers.ts` marks them; other tests have theirs there too. */
  async function ours() {
    const { socketPath } = await testEngine();
    const owner = createHash('sha256').update(appliance.data).digest('hex').slice(0, 16);
    const all = await openEngine(socketPath).listContainers({ all: true, filters: { label: [ownerLabel] } });
    return all.filter(({ Labels }) => Labels[ownerLabel]?.startsWith(`${owner}/`));
  }

  test('survival in R: where it ran and why stands on the job; the same twice has one digest', async () => {
    const [first, second] = [
      await api.run('survival/kaplan-meier', data.id, lung),
      await api.run('survival/kaplan-meier', data.id, lung),
    ];
    assert.equal(first.state, 'succeeded', JSON.stringify(first.error));
    assert.equal(first.runtime.name, 'container/r-stats');
    assert.equal(first.runtime.isolation, 'container');
    assert.match(first.runtime.chosen, /the first that the tool names/);
    assert.equal(first.resultDigest, second.resultDigest);
    assert.equal((await api.call('GET', `/v1/reports/${first.report}.html`)).status, 200);
  });

  test('others wait ready for what comes next', async () => {
    for (let i = 0; i < 300 && (await ours()).length < 2; i += 1) await delay(100);
    assert.ok((await ours()).length >= 2, 'one of each image');
  });

  test('a forest in Python', async () => {
    const iris = await api.dataset('iris.csv', await caseData('machine-learning/random-forest', 'rf-iris'));
    const job = await api.run('machine-learning/random-forest', iris.id, { target: 'Species', trees: 50 });
    assert.equal(job.state, 'succeeded', JSON.stringify(job.error));
    assert.equal(job.runtime.name, 'container/py-core');
    const { body: report } = await api.call('GET', `/v1/reports/${job.report}`);
    assert.ok(report.values.metrics.accuracy > 0.9);
    assert.equal(report.code.language, 'Python');
  });

  test('the runner killed in mid-run: the job is done by the next one, once', async () => {
    const { body: job } = await api.submit('survival/kaplan-meier', data.id, lung);
    await running(api, job.id);
    // With a container that waited ready, the whole run takes half a second.
    await delay(150);
    process.kill(appliance.pids.runner, 'SIGKILL');
    const ended = await api.finished(job.id);
    assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));
    assert.ok(ended.attempts >= 1);
  });
});

describe('an engine that goes away', need('docker'), () => {
  let folder: string;
  let dockerd: Dockerd;
  let appliance: Appliance;
  let api: Api;
  let data: Json;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-engine-gone-'));
    dockerd = await startDockerd(path.join(folder, 'engine'));
    const image = await copyImage('r-stats', dockerd.socketPath);
    const directory = path.join(folder, 'data');
    await mkdir(directory);
    await writeFile(path.join(directory, 'images.json'), JSON.stringify([image]));
    assert.deepEqual(await readImages(path.join(directory, 'images.json')), [image]);
    appliance = await startAppliance({
      data: directory,
      env: { ASSAY_CONTAINERS_SOCKET: dockerd.socketPath, ASSAY_JOBS_MAX_ATTEMPTS: '30', ...nothingReady },
    });
    api = callApi(appliance.url, appliance.token);
    data = await api.dataset('lung.csv', await caseData('survival/kaplan-meier', 'km-lung'));
  });
  after(async () => {
    await appliance?.stop();
    await dockerd?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('restarted in mid-run: the job is done in the end', async () => {
    const { body: job } = await api.submit('survival/kaplan-meier', data.id, lung);
    await running(api, job.id);
    await delay(500);
    await dockerd.stop();
    await delay(1000);
    dockerd = await startDockerd(path.join(folder, 'engine'));
    const ended = await api.finished(job.id);
    assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));
  });

  test('an image that was altered under the old name is not run: images go by their id', async () => {
    const [image] = await readImages(path.join(folder, 'data', 'images.json'));
    const engine = openEngine(dockerd.socketPath);
    const container = await engine.createContainer({ Image: image?.id ?? '' });
    const { Id: altered } = await container.commit({
      repo: 'assay/r-stats',
      tag: 'local',
      author: 'mallory',
    });
    await container.remove();
    assert.equal((await engine.getImage('assay/r-stats:local').inspect()).Id, altered);
    const job = await api.run('survival/kaplan-meier', data.id, lung);
    assert.equal(job.state, 'succeeded', JSON.stringify(job.error));
    assert.equal(job.runtime.image, image?.id);
    assert.notEqual(job.runtime.image, altered);
    // Without `noprune` the engine takes the nameless parent along, which is the image of the next test.
    await engine.getImage(altered).remove({ force: true, noprune: true });
  });

  test('an image that was taken away: a coded failure that says how to get it', async () => {
    const [image] = await readImages(path.join(folder, 'data', 'images.json'));
    await openEngine(dockerd.socketPath)
      .getImage(image?.id ?? '')
      .remove({ force: true });
    const job = await api.run('survival/kaplan-meier', data.id, lung);
    assert.equal(job.state, 'failed');
    assert.equal(job.error.code, 'tool.runtime_unavailable');
    assert.match(job.error.detail, /assay image build r-stats/);
  });

  test('a tool whose image was never built: the same', async () => {
    const job = await api.run('machine-learning/random-forest', data.id, { target: 'sex' });
    assert.equal(job.state, 'failed');
    assert.equal(job.error.code, 'tool.runtime_unavailable');
    assert.match(job.error.detail, /assay image build py-core/);
  });

  test('what needs no container runs on', async () => {
    assert.equal((await api.run('explore/describe', data.id, {})).state, 'succeeded');
  });
});
