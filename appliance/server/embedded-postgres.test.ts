import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

async function ask(connectionString: string, ...statements: string[]): Promise<unknown> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    let last: unknown;
    for (const statement of statements) last = (await client.query(statement)).rows[0];
    return last;
  } finally {
    await client.end();
  }
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

async function untilGone(pid: number): Promise<void> {
  for (let i = 0; i < 600 && isAlive(pid); i += 1) await delay(50);
  assert.equal(isAlive(pid), false, `process ${pid} is still there`);
}

/** Starts Postgres in a process of its own, which is then killed as a supervisor might be. */
async function startAndBeKilled(folder: string): Promise<number> {
  const text = `
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL('./embedded-postgres.ts', import.meta.url))};
    const { pid } = await startEmbeddedPostgres(${JSON.stringify(folder)});
    process.stdout.write(String(pid));
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [pid] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGKILL');
  await once(child, 'exit');
  return Number(String(pid));
}

describe('embedded Postgres', () => {
  let folder: string;
  /** One cluster for the tests that follow each other on it. */
  let data: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-embedded-'));
    data = path.join(folder, 'data');
    await mkdir(data, { mode: 0o700 });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('keeps what was committed over a restart, behind a socket that only we reach', async () => {
    const first = await startEmbeddedPostgres(data);
    const found = await ask(
      first.ownerUrl,
      'create table kept (word text)',
      "insert into kept values ('ü')",
      `select current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding,
        current_setting('listen_addresses') as addresses, current_setting('fsync') as fsync,
        current_setting('server_version_num')::int >= 180000 as new_enough`,
    );
    assert.deepEqual(found, {
      checksums: 'on',
      encoding: 'UTF8',
      addresses: '',
      fsync: 'on',
      new_enough: true,
    });
    const wrong = new URL(first.ownerUrl.replace(/:[^:@]+@/, ':wrong@'));
    await assert.rejects(ask(wrong.href, 'select 1'), /password authentication failed/);
    await first.stop();
    assert.equal(isAlive(first.pid), false);
    const second = await startEmbeddedPostgres(data);
    assert.equal(second.ownerUrl, first.ownerUrl);
    assert.deepEqual(await ask(second.ownerUrl, 'select word from kept'), { word: 'ü' });
    await second.stop();
    for (const secret of ['postgres-owner', 'logs/postgres.log'])
      assert.equal((await stat(path.join(data, secret))).mode & 0o077, 0, secret);
    assert.deepEqual(
      (await readdir(data)).filter((name) => /new|password/.test(name)),
      [],
    );
  });

  test('ends with the process that started it, and starts again after that', async () => {
    const pid = await startAndBeKilled(data);
    assert.ok(pid > 1);
    const next = await startEmbeddedPostgres(data);
    assert.deepEqual(await ask(next.ownerUrl, 'select 1 as one'), { one: 1 });
    assert.notEqual(next.pid, pid);
    await untilGone(pid);
    await next.stop();
  });

  test('an orphan that still serves is ended first; a lock whose number belongs to another is cleared', async () => {
    const first = await startEmbeddedPostgres(data);
    let why = '';
    first.onDeath((reason) => {
      why = reason;
    });
    const second = await startEmbeddedPostgres(data);
    await untilGone(first.pid);
    assert.ok(why);
    await second.stop();
    const lock = path.join(data, 'postgres', 'postmaster.pid');
    await writeFile(lock, `${process.pid}\n${path.join(data, 'postgres')}\n0\n5432\n\n\n0 0\nready\n`);
    const third = await startEmbeddedPostgres(data);
    assert.ok(isAlive(process.pid));
    await third.stop();
  });

  test('a set-up that was cut off is made anew', async () => {
    const cut = path.join(folder, 'cut');
    await mkdir(path.join(cut, 'postgres.new'), { recursive: true, mode: 0o700 });
    await writeFile(path.join(cut, 'postgres.new', 'PG_VERSION'), '18\n');
    const started = await startEmbeddedPostgres(cut);
    assert.deepEqual(await ask(started.ownerUrl, 'select 1 as one'), { one: 1 });
    await started.stop();
  });

  test('says why it does not start', async () => {
    const broken = path.join(folder, 'broken');
    await mkdir(path.join(broken, 'postgres'), { recursive: true, mode: 0o700 });
    await writeFile(path.join(broken, 'postgres', 'PG_VERSION'), '12\n');
    await assert.rejects(startEmbeddedPostgres(broken), /Postgres could not start: .*(FATAL|postgres)/);
  });

  test('a path too long for a socket moves the socket, not the data', async () => {
    const long = path.join(folder, 'long'.repeat(30));
    await mkdir(long, { mode: 0o700 });
    const started = await startEmbeddedPostgres(long);
    const sockets = (await readFile(path.join(long, 'run', 'elsewhere'), 'utf8')).trim();
    assert.equal((await stat(sockets)).mode & 0o777, 0o700);
    assert.deepEqual(await ask(started.ownerUrl, 'select 1 as one'), { one: 1 });
    await started.stop();
    assert.equal(existsSync(sockets), false);
  });

  const noRoot = process.getuid?.() === 0 ? false : 'NOT COVERED HERE: only root can become nobody';
  test('as root without user namespaces it runs as nobody', { skip: noRoot }, async () => {
    const root = path.join(folder, 'root');
    const nobodyRoot = path.join(folder, 'nobody');
    await mkdir(root, { mode: 0o700 });
    await mkdir(nobodyRoot);
    await chmod(folder, 0o755);
    for (const word of ['create table again (a int)', 'select 0 as "again" from again']) {
      const started = await startEmbeddedPostgres(root, { namespaces: false, nobodyRoot });
      await ask(started.ownerUrl, word);
      assert.match(await readFile(`/proc/${started.pid}/status`, 'utf8'), /^Uid:\s+65534/m);
      await started.stop();
    }
  });
});
