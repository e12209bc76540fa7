import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Gateway, startGateway } from '../../core/gateway/http/testing/gateway.ts';
import {
  openWorkerHand,
  shippedPlugins,
  type WorkerHand,
} from '../../core/gateway/http/testing/worker-hand.ts';
import { playWorker } from './testing/play-worker.ts';

const bin = fileURLToPath(new URL('bin/assay.mjs', import.meta.url));

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describe('the assay command', () => {
  let gateway: Gateway;
  let hand: WorkerHand;
  let home: string;
  let csv: string;
  let played: ReturnType<typeof playWorker>;

  before(async () => {
    gateway = await startGateway({ plugins: await shippedPlugins() });
    hand = await openWorkerHand(gateway);
    home = await mkdtemp(path.join(tmpdir(), 'assay-cli-'));
    csv = path.join(home, 'a.csv');
    await writeFile(csv, 'x,y\n1,2\n3,4\n');
    played = playWorker(gateway.api, hand);
  });
  after(async () => {
    await played?.stop();
    await hand?.close();
    await gateway?.stop();
    if (home) await rm(home, { recursive: true, force: true });
  });

  function start(args: readonly string[], environment: Record<string, string> = {}) {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home, TMPDIR: home, ASSAY_URL: gateway.url, ...environment },
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    const ended = new Promise<Ran>((resolve) => child.once('close', (code) => resolve({ code, out, err })));
    return { child, ended };
  }
  const assay = (...args: string[]) => start(args, { ASSAY_TOKEN: gateway.api.token }).ended;
  const json = async (...args: string[]) => {
    const { code, out, err } = await assay(...args, '--json');
    assert.equal(code, 0, err);
    return JSON.parse(out);
  };

  test('the right tool is found by a question, with the columns it would take', async () => {
    const { id } = await json('dataset', 'add', csv, '--name', 'search.csv');
    const found = await assay(
      'tool',
      'search',
      'fit',
      'a',
      'straight',
      'line',
      'of',
      'y',
      'on',
      'x',
      '--dataset',
      id,
    );
    assert.equal(found.code, 0, found.err);
    assert.match(found.out, /regression\/linear {2}\S[\s\S]*fits: .*--param response=/);
    const none = await assay('tool', 'search', 'xyzzy');
    assert.match(none.out, /No tool says anything of that; "assay tool list" has them all/);
    assert.equal((await assay('tool', 'search', 'x', '--limit', '0')).code, 2);
    assert.equal((await assay('tool', 'search')).code, 2);
  });

  test('the configuration of a client is all that standard output has, so that it can be saved', async () => {
    for (const client of ['vscode', 'cursor', 'claude-desktop', 'claude-code', 'json']) {
      const { code, out, err } = await assay('mcp', 'config', client);
      assert.equal(code, 0, err);
      const [server] = Object.values(Object.values(JSON.parse(out))[0] as object);
      assert.equal(server.url ?? `${server.env.ASSAY_URL}/mcp`, `${gateway.url}/mcp`, client);
      assert.ok(!out.includes(gateway.api.token), 'no token in a file that is shared');
      assert.match(err, /^For /);
    }
    const wrong = await assay('mcp', 'config', 'emacs');
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /"emacs" is no client known here; there are vscode, cursor/);
    assert.equal((await assay('mcp', 'nonsense')).code, 2);
  });

  test('a file becomes a data set that is listed and shown by name and by the beginning of its id', async () => {
    const added = await assay('dataset', 'add', csv, '--name', 'first.csv');
    assert.equal(added.code, 0, added.err);
    assert.match(added.out, /first\.csv[\s\S]*ready[\s\S]*x +number +numeric/);
    const [{ id }] = await json('dataset', 'list');
    assert.equal((await json('dataset', 'show', id.slice(0, 8))).id, id);
    assert.equal((await json('dataset', 'show', 'first.csv')).profile.rows, 10);
    assert.ok(!(added.out + added.err).includes('\u001b'), 'no colours where there is no terminal');
  });

  test('tokens, services and roles: made, listed, used, changed, ended', async () => {
    const added = await json('member', 'add-service', 'nightly', '--role', 'viewer');
    assert.match((await assay('member', 'list')).out, /nightly +service +viewer/);
    const made = await assay('token', 'create', 'ci', '--scope', 'tools:read', '--service', 'nightly');
    const token = /^assay_\S+/.exec(made.out)?.[0] ?? '';
    assert.ok(token, made.err);
    const as = (...args: string[]) => start(args, { ASSAY_TOKEN: token }).ended;
    assert.match((await as('whoami')).out, /name +nightly[\s\S]*role +viewer[\s\S]*scopes +tools:read\n/);
    const refused = await as('member', 'list');
    assert.equal(refused.code, 3, refused.err);
    assert.equal((await json('member', 'set-role', added.id.slice(0, 8), 'analyst')).role, 'analyst');
    assert.equal((await assay('member', 'set-role', 'nightly', 'king')).code, 2);
    const [listed] = await json('token', 'list');
    assert.deepEqual([listed.name, listed.principal.name, listed.token], ['ci', 'nightly', undefined]);
    assert.match((await assay('token', 'revoke', listed.id)).out, /opens nothing any more/);
    assert.equal((await assay('token', 'revoke', 'AAAAAAAAAAAA')).code, 5);
    assert.equal((await assay('token', 'create', 'ci', '--days', '91')).code, 2);
    assert.match((await assay('member', 'remove', 'nightly')).out, /no member any more/);
    assert.match((await assay('role', 'list')).out, /auditor/);
    const last = await assay('member', 'remove', 'administrator');
    assert.equal(last.code, 5);
    assert.match(last.err, /last administrator/);
  });

  test('workspaces: made, listed with what one is there, renamed', async () => {
    const made = await json('workspace', 'create', 'Research');
    const taken = await assay('workspace', 'create', 'Research');
    assert.equal(taken.code, 5);
    assert.match((await assay('workspace', 'list')).out, /default +administrator +home +this one/);
    const listed = await json('workspace', 'list');
    assert.ok(
      listed.some((w: { id: string; role: string }) => w.id === made.id && w.role === 'administrator'),
    );
    assert.equal((await json('workspace', 'rename', 'Main office')).name, 'Main office');
    assert.match((await assay('whoami')).out, /workspace +Main office \(home\)/);
  });

  test('a data set that is rejected says where and why', async () => {
    const bad = path.join(home, 'bad.csv');
    await writeFile(bad, 'x,y\n1\n');
    const { code, err } = await assay('dataset', 'add', bad);
    assert.equal(code, 5);
    assert.match(err, /bad\.csv.*was rejected[\s\S]*Row 3 has 1 cell/);
    assert.equal((await assay('dataset', 'add', 'nothing.csv')).code, 5);
  });

  test('a run is watched to its results; its report is saved for its owner alone', async () => {
    const ran = await assay('run', 'describe', csv, '--watch');
    assert.equal(ran.code, 0, ran.err);
    assert.match(
      ran.out,
      /All is well\.[\s\S]*Term +Estimate\nx +1\.5[\s\S]*✓ Normal[\s\S]*report +[0-9a-f-]{36}/,
    );
    const [{ id, report }] = await json('job', 'list', '--state', 'succeeded');
    assert.match((await assay('job', 'show', id.slice(0, 8))).out, /explore\/describe@/);
    const file = path.join(home, 'report.html');
    assert.equal((await assay('report', 'save', id, '--output', file)).code, 0);
    assert.match(await readFile(file, 'utf8'), /<html/);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const saved = await json('report', 'save', report.slice(0, 8), '--output', 'report.json');
    assert.equal(JSON.parse(await readFile(saved.file, 'utf8')).id, report);
    const opened = await json('report', 'open', report);
    assert.equal(opened.opened, false);
    assert.equal(path.basename(opened.file), `${report}.html`);
    assert.equal((await stat(path.dirname(opened.file))).mode & 0o777, 0o700);
    assert.equal(path.dirname(path.dirname(opened.file)), home);
    assert.equal((await stat(opened.file)).mode & 0o777, 0o600);
  });

  test('a job that fails or is cancelled has an exit code of its own', async () => {
    played.next('fail');
    const failed = await assay('run', 'explore/describe', csv, '--watch', '--seed', '7');
    assert.equal(failed.code, 6, failed.err);
    assert.match(failed.err, /All values of y are the same[\s\S]*data\/CONSTANT/);
    played.next('leave');
    const { job } = await json('run', 'explore/describe', csv, '--no-wait');
    const watching = assay('job', 'show', job.id, '--watch');
    assert.equal((await assay('job', 'cancel', job.id)).code, 0);
    assert.equal((await watching).code, 7);
    assert.equal((await assay('job', 'cancel', job.id)).code, 5);
  });

  test('Ctrl-C ends the watching and not the job', async () => {
    played.next('leave');
    const { child, ended } = start(['run', 'explore/describe', csv, '--watch'], {
      ASSAY_TOKEN: gateway.api.token,
    });
    const job = await played.left();
    child.kill('SIGINT');
    const { code } = await ended;
    assert.equal(code, 130);
    assert.equal((await gateway.api.call('GET', `/v1/jobs/${job}`)).body.state, 'queued');
  });

  test('a refusal says what would be right, for people and for programs', async () => {
    const args = ['run', 'linear', csv, '-p', 'response=z', '-p', 'predictors=x'];
    const told = await assay(...args);
    assert.equal(told.code, 5);
    assert.match(told.err, /There is no column "z"[\s\S]*columns that fit.*x, y/);
    const { code, err } = await assay(...args, '--json');
    assert.equal(code, 5);
    const { error } = JSON.parse(err.trim().split('\n').at(-1) ?? '');
    assert.deepEqual([error.code, error.issues[0].code], ['tool.input_invalid', 'COLUMN_NOT_FOUND']);
  });

  test('what is not understood, not reachable or not permitted', async () => {
    for (const args of [
      [],
      ['nonsense'],
      ['dataset'],
      ['run', 'x'],
      ['run', 'describe', csv, '-p', 'k'],
      ['job', 'list', '--state', 'x'],
      ['tool', 'list', '--url', 'nowhere'],
    ])
      assert.equal((await assay(...args)).code, 2, args.join(' '));
    assert.equal((await assay('--version')).code, 0);
    assert.equal((await assay('tool', 'show', 'nothing')).code, 5);
    assert.equal((await assay('tool', 'list', '--token', 'none')).code, 3);
    assert.equal((await start(['tool', 'list']).ended).code, 3);
    const { code, err } = await assay('tool', 'list', '--url', 'http://127.0.0.1:9');
    assert.equal(code, 4);
    assert.match(err, /cannot be reached[\s\S]*assay up/);
  });
});

describe('assay sign-in', () => {
  let gateway: Gateway;
  let home: string;
  before(async () => {
    gateway = await startGateway({ plugins: await shippedPlugins(), signIn: false });
    home = await mkdtemp(path.join(tmpdir(), 'assay-cli-'));
  });
  after(async () => {
    await gateway?.stop();
    if (home) await rm(home, { recursive: true, force: true });
  });

  test('keeps the token for its owner and sends it to no other address', async () => {
    const assay = (...args: string[]) =>
      new Promise<number | null>((resolve) => {
        const env = { PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: path.join(home, 'config') };
        spawn(process.execPath, [bin, ...args], { env, stdio: 'ignore' }).once('close', resolve);
      });
    assert.equal(await assay('sign-in', gateway.startToken, '--url', `${gateway.url}/`), 0);
    const file = path.join(home, 'config/assay/credentials.json');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal(JSON.parse(await readFile(file, 'utf8')).url, gateway.url);
    assert.equal(await assay('tool', 'list'), 0);
    const other = gateway.url.replace('127.0.0.1', 'localhost');
    assert.equal(await assay('tool', 'list', '--url', other), 3);
    assert.equal(await assay('sign-in', gateway.startToken, '--url', gateway.url), 3);
    await writeFile(file, '{');
    assert.equal(await assay('tool', 'list'), 5);
  });
});
