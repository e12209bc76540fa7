import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Launched, launch } from '../../test/appliance.ts';

const bin = path.resolve(import.meta.dirname, 'bin/assay.mjs');
const longley = path.resolve(
  import.meta.dirname,
  '../../plugins/regression/linear/cases/linear-nist-longley/data.csv',
);
const six = '--param=predictors=x1,x2,x3,x4,x5,x6';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command as a person would, without a terminal. */
function assay(folder: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, XDG_CONFIG_HOME: path.join(folder, 'config'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(typeof address === 'object' && address);
  return address.port;
}

describe('the assay command at a running appliance', () => {
  let folder: string;
  let launched: Launched;
  let up: Awaited<Launched['up']>;
  const run = (...args: string[]) => assay(folder, args);
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-cli-'));
    await copyFile(longley, path.join(folder, 'longley.csv'));
    launched = launch(path.join(folder, 'data'));
    up = await launched.up;
  });
  after(async () => {
    launched?.child.kill('SIGTERM');
    await launched?.exited;
    await rm(folder, { recursive: true, force: true });
  });

  test('without a token it ends with 3 and says how to sign in', async () => {
    const { code, out, err } = await run('tool', 'list', '--url', up.url);
    assert.equal(code, 3);
    assert.equal(out, '');
    assert.match(err, /not signed in.*\n.*assay sign-in TOKEN/);
  });

  test('sign-in keeps address and token where only their owner can read them', async () => {
    const { code, out, err } = await run('sign-in', up.startToken, '--url', up.url);
    assert.equal(code, 0, err);
    assert.match(out, /Signed in at .* as administrator/);
    const file = path.join(folder, 'config/assay/credentials.json');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(path.dirname(file))).mode & 0o777, 0o700);
    const kept = JSON.parse(await readFile(file, 'utf8'));
    assert.equal(kept.url, up.url);
    assert.ok(!out.includes(kept.token), 'the token is not printed');
    const again = await run('sign-in', up.startToken);
    assert.equal(again.code, 3, 'the token of the start is good for one time');
  });

  test('a file becomes a data set; one that cannot be read is refused with row and reason', async () => {
    const good = await run('dataset', 'add', 'longley.csv', '--json');
    assert.equal(good.code, 0, good.err);
    assert.equal(JSON.parse(good.out).state, 'ready');
    await writeFile(path.join(folder, 'ragged.csv'), 'a,b\n1,2\n3\n');
    const bad = await run('dataset', 'add', 'ragged.csv');
    assert.equal(bad.code, 5);
    assert.equal(bad.out, '');
    assert.match(bad.err, /ragged\.csv.*rejected.*\n.*Row 3 has 1 value/);
    const same = await run('dataset', 'add', 'ragged.csv', '--json');
    assert.equal(same.out, '');
    assert.equal(JSON.parse(same.err).error.issues[0].row, 3);
    const missing = await run('dataset', 'add', 'nothing.csv');
    assert.equal(missing.code, 5);
    assert.match(missing.err, /no file "nothing\.csv"/);
    const shown = await run('dataset', 'show', 'longley.csv');
    assert.match(shown.out, /rows +16/);
  });

  test('a run goes to its end, its report can be kept, and the list of jobs has it', async () => {
    const args = ['run', 'regression/linear', 'longley.csv', '--param=response=y', six];
    const seen = await run(...args, '--watch');
    assert.equal(seen.code, 0, seen.err);
    assert.match(seen.out, /The model explains 99\.5 %/);
    assert.match(seen.out, /digest +sha256:[0-9a-f]{64}/);
    assert.match(seen.err, /regression\/linear: succeeded/);
    const { code, out, err } = await run(...args, '--seed=7', '--json');
    assert.equal(code, 0, err);
    const { job, report } = JSON.parse(out);
    assert.equal(job.state, 'succeeded');
    assert.equal(job.seed, 7);
    assert.deepEqual(job.params.predictors, ['x1', 'x2', 'x3', 'x4', 'x5', 'x6']);
    const saved = await run('report', 'save', report.id.slice(0, 8), '--output', 'report.html');
    assert.equal(saved.code, 0, saved.err);
    assert.match(await readFile(path.join(folder, 'report.html'), 'utf8'), /<html lang="en"/);
    const twice = await run('report', 'save', report.id, '--output', 'report.html');
    assert.equal(twice.code, 5);
    assert.match(twice.err, /report\.html exists.*--force/);
    const data = await run('report', 'save', job.id, '--output', 'report.html', '--force', '--format=json');
    assert.equal(data.code, 0, data.err);
    const kept = JSON.parse(await readFile(path.join(folder, 'report.html'), 'utf8'));
    assert.equal(kept.resultDigest, job.resultDigest);
    const list = await run('job', 'list', '--state', 'succeeded', '--json');
    assert.ok(JSON.parse(list.out).some(({ id }: { id: string }) => id === job.id));
  });

  test('what does not fit the tool ends with 5 and says what would', async () => {
    const args = ['run', 'regression/linear', 'longley.csv'];
    const name = await run(...args, '--param=response=y', '--param=predictor=x1');
    assert.equal(name.code, 5);
    assert.match(name.err, /no parameter "predictor"\.\n.*Did you mean "predictors"\?/);
    const column = await run(...args, '--param=response=gnp', six);
    assert.equal(column.code, 5);
    assert.match(column.err, /response: There is no column "gnp"\.\n.*columns that fit.*: y, x1/);
    const tool = await run('run', 'regression/none', 'longley.csv');
    assert.equal(tool.code, 5);
    const data = await run('run', 'regression/linear', 'longly.csv');
    assert.equal(data.code, 5);
    assert.match(data.err, /Did you mean "longley\.csv"\?/);
  });

  test('a tool that refuses ends with 6, the job stays to be looked at', async () => {
    await writeFile(path.join(folder, 'constant.csv'), 'y,x\n1,1\n1,2\n1,3\n1,4\n1,5\n');
    const args = ['--param=response=y', '--param=predictors=x', '--json'];
    const { code, out, err } = await run('run', 'regression/linear', 'constant.csv', ...args);
    assert.equal(code, 6, err);
    const { job } = JSON.parse(out);
    assert.equal(job.state, 'failed');
    const shown = await run('job', 'show', job.id.slice(0, 8));
    assert.equal(shown.code, 0);
    assert.match(shown.out, /failed[\s\S]*The tool says no/);
    const cancelled = await run('job', 'cancel', job.id);
    assert.equal(cancelled.code, 5);
  });

  test('an address and a token in the environment need no sign-in', async () => {
    const { token } = JSON.parse(await readFile(path.join(folder, 'config/assay/credentials.json'), 'utf8'));
    const env = { XDG_CONFIG_HOME: path.join(folder, 'none'), ASSAY_URL: up.url, ASSAY_TOKEN: token };
    const { code, out, err } = await assay(folder, ['tool', 'list', '--json'], env);
    assert.equal(code, 0, err);
    assert.ok(JSON.parse(out).some(({ name }: { name: string }) => name === 'regression/linear'));
    const elsewhere = await run('tool', 'list', '--url', up.url.replace('127.0.0.1', 'localhost'));
    assert.equal(elsewhere.code, 3, 'a token that was kept goes to its own address only');
  });
});

describe('the assay command alone', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-cli-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('nothing at the address: 4', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, err } = await assay(folder, ['job', 'list', '--url', url]);
    assert.equal(code, 4);
    assert.match(err, /cannot be reached at .*\n.*assay up/);
    const json = await assay(folder, ['job', 'list', '--url', url, '--json']);
    assert.equal(JSON.parse(json.err).error.code, 'client.unreachable');
  });

  test('what cannot be understood: 2, and the help that was asked for: 0', async () => {
    for (const args of [
      ['frob'],
      ['dataset', 'add'],
      ['run', 'a/b', 'c', '--param=x'],
      ['job', 'list', '--url=x'],
      [],
    ]) {
      const { code, out, err } = await assay(folder, args);
      assert.deepEqual([code, out], [2, ''], `${args.join(' ')}: ${err}`);
      assert.notEqual(err, '');
    }
    const { code, out } = await assay(folder, ['--help']);
    assert.equal(code, 0);
    assert.match(out, /Exit codes/);
  });
});
