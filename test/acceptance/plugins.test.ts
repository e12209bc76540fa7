import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Api, callApi, type Json } from '../api.ts';
import { type Appliance, startAppliance } from '../appliance.ts';
import { need } from '../needs.ts';

const main = path.resolve(import.meta.dirname, '../../appliance/cli/main.ts');

describe('a plugin of somebody else, from its author’s folder to a report', need('bwrap'), () => {
  let folder: string;
  let data: string;
  let env: Record<string, string>;
  let appliance: Appliance;
  let api: Api;
  let dataset: Json;

  /** A command as somebody gives it, in the folder of the test. */
  function assay(...given: string[]): Promise<string> {
    const args = ['--disable-warning=ExperimentalWarning', main, ...given];
    const asking = { ...process.env, ASSAY_URL: appliance?.url ?? '', ASSAY_TOKEN: appliance?.token ?? '' };
    return new Promise((resolve, reject) => {
      execFile(process.execPath, args, { cwd: folder, env: asking }, (error, output, said) =>
        error ? reject(new Error(said || error.message)) : resolve(output),
      );
    });
  }
  async function change(file: string, from: string, to: string): Promise<void> {
    const place = path.join(folder, file);
    const text = await readFile(place, 'utf8');
    assert.ok(text.includes(from), `${file} holds ${from}`);
    await writeFile(place, text.replaceAll(from, to));
  }
  async function start(): Promise<void> {
    appliance = await startAppliance({ data, env });
    api = callApi(appliance.url, appliance.token);
  }
  const result = async (job: Json) => {
    assert.equal(job.state, 'succeeded', JSON.stringify(job));
    const { body } = await api.call('GET', `/v1/reports/${job.report}`);
    return { version: job.version, digest: job.resultDigest, mean: body.values.mean };
  };
  const run = async (tool: string) => result(await api.run(tool, dataset.id, { column: 'dose' }));

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-stranger-'));
    data = path.join(folder, 'data');
    await assay('plugin', 'create', 'acme-dose', '--language', 'r', '--publisher', 'Acme');
    await assay('plugin', 'key', 'acme.pem');
    const policy = {
      edition: '2026-11-01',
      publishers: [
        {
          name: 'Acme',
          plugins: ['acme'],
          keys: [await readFile(path.join(folder, 'acme.pem.pub'), 'utf8')],
          own: true,
        },
      ],
    };
    await writeFile(path.join(folder, 'trust.json'), JSON.stringify(policy, null, 2));
    // One after the other, so that jobs wait.
    env = { ASSAY_PLUGINS_TRUST: path.join(folder, 'trust.json'), ASSAY_JOBS_CONCURRENCY: '1' };
    await start();
    dataset = await api.dataset('dose.csv', 'dose\n1\n2\n3\n10\n');
  });
  after(async () => {
    await appliance?.end();
    await rm(folder, { recursive: true, force: true });
  });

  let first: Awaited<ReturnType<typeof run>>;

  test('what ships came by the same road: it has a receipt, and is given out as a package', async () => {
    const receipt = await readFile(path.join(data, 'plugins/statistics/1.0.0/receipt.json'), 'utf8');
    assert.match(JSON.parse(receipt).by, /^Assay \d/);
    assert.match(await assay('plugin', 'list'), /statistics +1\.0\.0 +enabled +shipped +shipped/);
    assert.match(
      await assay('plugin', 'fetch', 'statistics@1.0.0', '--to', 'taken'),
      /statistics-1\.0\.0\.tgz/,
    );
    await assert.rejects(
      assay('plugin', 'remove', 'statistics@1.0.0'),
      /belongs to this release .*it can be disabled/,
    );
  });

  test('packed, signed and published it answers, without a restart', async () => {
    await assay('plugin', 'pack', 'acme-dose');
    await assay('plugin', 'sign', 'acme-dose-0.1.0.tgz', '--key', 'acme.pem');
    const started = performance.now();
    assert.match(
      await assay('plugin', 'publish', 'acme-dose-0.1.0.tgz'),
      /acme-dose 0\.1\.0 of Acme is installed[\s\S]*asks for 1024 MB of memory.*: assay plugin grant acme-dose@0\.1\.0/,
    );
    assert.match(await assay('plugin', 'list'), /acme-dose +0\.1\.0 +enabled, waits for a grant/);
    assert.match(await assay('plugin', 'grant', 'acme-dose@0.1.0'), /lets acme-dose have 1024 MB of memory/);
    const { body } = await api.call('GET', '/v1/tools');
    assert.ok(body.items.some((each: Json) => each.name === 'acme-dose/mean'));
    assert.ok(performance.now() - started < 60_000);
    first = await run('acme-dose/mean');
    assert.equal(first.mean, 4);
  });

  test('a job that waits is not carried out once its workspace grants that no more', async () => {
    const params = { column: 'dose' };
    const jobs = [];
    for (let i = 0; i < 3; i += 1) {
      const json = { tool: 'acme-dose/mean', inputs: { data: dataset.id }, params, cache: 'refresh' };
      jobs.push((await api.call('POST', '/v1/jobs', { json })).body.id);
    }
    assert.equal((await api.call('DELETE', '/v1/grants/acme-dose')).status, 204);
    const last = await api.finished(jobs.at(-1));
    assert.deepEqual([last.state, last.error.code], ['failed', 'plugin.not_granted'], JSON.stringify(last));
    await assay('plugin', 'grant', 'acme-dose@0.1.0');
    assert.deepEqual(await run('acme-dose/mean'), first);
  });

  test('a second version answers beside the first; the old analysis has its old digest', async () => {
    await change('acme-dose/plugin.json', '"0.1.0"', '"1.0.0"');
    await change('acme-dose/mean/main.R', 'mean = mean(there)', 'mean = mean(there) + 0');
    await assay('plugin', 'pack', 'acme-dose');
    await assay('plugin', 'sign', 'acme-dose-1.0.0.tgz', '--key', 'acme.pem');
    await assay('plugin', 'publish', 'acme-dose-1.0.0.tgz', '--to', 'registry');
    assert.match(
      await assay('plugin', 'install', 'acme-dose@^1', '--from', 'registry'),
      /1\.0\.0 of Acme is installed/,
    );
    const [old, exact, newest] = [
      await run('acme-dose/mean@0.1.0'),
      await run('acme-dose/mean@^1'),
      await run('acme-dose/mean'),
    ];
    assert.deepEqual(old, first);
    assert.deepEqual([exact.version, newest.version], ['1.0.0', '1.0.0']);
    assert.match(
      await assay('plugin', 'list'),
      /acme-dose +0\.1\.0 +enabled +own +signed[\s\S]*acme-dose +1\.0\.0 +enabled/,
    );
  });

  test('an appliance is a registry for others: what it has can be taken, with its signatures', async () => {
    assert.match(
      await assay('plugin', 'fetch', 'acme-dose@1.0.0', '--to', 'taken'),
      /acme-dose 1\.0\.0 is in taken, as acme-dose\/1\.0\.0\/acme-dose-1\.0\.0\.tgz/,
    );
    const packed = await readFile(path.join(folder, 'acme-dose-1.0.0.tgz'));
    const taken = await readFile(path.join(folder, 'taken/acme-dose/1.0.0/acme-dose-1.0.0.tgz'));
    assert.ok(taken.equals(packed), 'byte for byte');
    assert.match(
      await assay('plugin', 'install', 'acme-dose', '--from', 'taken'),
      /1\.0\.0 of Acme is installed/,
    );
  });

  test('one that crashes at every run rests, and says why; its other versions go on', async () => {
    await change('acme-dose/plugin.json', '"1.0.0"', '"1.1.0"');
    await change('acme-dose/mean/main.R', 'mean = mean(there) + 0', 'mean = stop("no mean today")');
    await assay('plugin', 'pack', 'acme-dose');
    await assay('plugin', 'sign', 'acme-dose-1.1.0.tgz', '--key', 'acme.pem');
    await assay('plugin', 'publish', 'acme-dose-1.1.0.tgz');
    const crashed: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      const job = await api.run('acme-dose/mean@1.1.0', dataset.id, { column: 'dose' });
      assert.equal(job.error.code, 'job.tool_failed');
      crashed.push(job.id);
    }
    const { status, headers, body } = await api.submit('acme-dose/mean@1.1.0', dataset.id, {
      column: 'dose',
    });
    assert.deepEqual([status, body.code], [429, 'plugin.paused'], JSON.stringify(body));
    assert.ok(Number(headers.get('retry-after')) > 0);
    for (const job of crashed) assert.ok(JSON.stringify(body.issues).includes(job), 'each is evidence');
    assert.equal((await run('acme-dose/mean@1.0.0')).version, '1.0.0');
    await assay('plugin', 'deprecate', 'acme-dose@1.1.0', '--reason', 'It crashes.');
    assert.equal((await run('acme-dose/mean')).version, '1.0.0');
    await assay('plugin', 'remove', 'acme-dose@1.1.0');
  });

  test('both are there after a restart, and the old analysis is the same', async () => {
    await appliance.end();
    await start();
    assert.deepEqual(await run('acme-dose/mean@0.1.0'), first);
    assert.equal((await run('acme-dose/mean')).version, '1.0.0');
  });

  test('files that are altered run no more, at once; after a restart everybody is told', async () => {
    await appendFile(path.join(data, 'plugins/acme-dose/1.0.0/files/mean/main.R'), '# more\n');
    const job = await api.run('acme-dose/mean', dataset.id, { column: 'dose' });
    assert.equal(job.state, 'failed');
    assert.match(JSON.stringify(job.error), /altered/);
    await appliance.end();
    await start();
    assert.match(
      await assay('plugin', 'list'),
      /acme-dose 1\.0\.0: The file mean\/main\.R is not the one that was signed/,
    );
    assert.deepEqual(await run('acme-dose/mean'), first);
  });

  test('a policy that trusts nobody any more lets nothing run; one that cannot be read stops the start', async () => {
    await writeFile(path.join(folder, 'trust.json'), '{"edition":"2026-11-01","publishers":[]}');
    await appliance.end();
    await start();
    assert.match(await assay('plugin', 'list'), /acme-dose 0\.1\.0: .*Rule signature\.unknown-key/);
    await writeFile(path.join(folder, 'trust.json'), '{"edition":"2026-11-01"}');
    await appliance.end();
    await assert.rejects(start(), /The trust policy, line 1: .*"publishers" is missing/);
  });
});

describe('a plugin under development', need('bwrap'), () => {
  let folder: string;
  let appliance: Appliance;
  let api: Api;
  const cli = (...given: string[]) => {
    const env = { ...process.env, ASSAY_URL: appliance?.url ?? '', ASSAY_TOKEN: appliance?.token ?? '' };
    return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...given], {
      cwd: folder,
      env,
    });
  };
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-development-'));
    await once(cli('plugin', 'create', 'new-dose', '--language', 'typescript'), 'exit');
    const development = JSON.stringify([path.join(folder, 'new-dose')]);
    appliance = await startAppliance({ env: { ASSAY_PLUGINS_DEVELOPMENT: development } });
    api = callApi(appliance.url, appliance.token);
  });
  after(async () => {
    await appliance?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('is live after every change; what is wrong is told with its line; every report says that nobody signed it', async () => {
    const following = cli('plugin', 'dev', 'new-dose');
    let said = '';
    following.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const heard = async (words: RegExp) => {
      for (let i = 0; i < 600 && !words.test(said); i += 1) await delay(50);
      assert.match(said, words);
      said = '';
    };
    try {
      await heard(/live after .* new-dose\/mean 0\.1\.0/);
      const program = path.join(folder, 'new-dose/mean/main.ts');
      const source = await readFile(program, 'utf8');
      // As many editors save: another file first, then its name.
      for (const zero of ['0', '0.0']) {
        await writeFile(`${program}.new`, source.replace('(n - 1)', `(n - 1 + ${zero})`));
        await rename(`${program}.new`, program);
        await heard(/live after/);
      }
      const data = await api.dataset('dose.csv', 'dose\n1\n2\n3\n10\n');
      const job = await api.run('new-dose/mean', data.id, { column: 'dose' });
      assert.equal(job.state, 'succeeded', JSON.stringify(job));
      const { body } = await api.call('GET', `/v1/reports/${job.report}`);
      assert.deepEqual([body.values.mean, body.warnings[0].code], [4, 'PLUGIN_UNSIGNED']);
      const manifest = path.join(folder, 'new-dose/mean/tool.json');
      const written = await readFile(manifest, 'utf8');
      await writeFile(manifest, written.replace('"title"', '"titel"'));
      await heard(/mean\/tool\.json:1: .*"titel" is not known here[\s\S]*quarantined/);
      await writeFile(manifest, written);
      await heard(/live after/);
    } finally {
      following.kill('SIGINT');
    }
    assert.equal((await once(following, 'exit'))[0], 0);
  });

  test('that the appliance does not follow: how to start it so', async () => {
    const other = cli('plugin', 'dev', '.');
    const [said] = await Promise.all([text(other.stderr), once(other, 'exit')]);
    assert.match(said, /does not follow this folder\. Start it so: ASSAY_PLUGINS_DEVELOPMENT=/);
  });
});
