import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '@assay/sdk';

const politeMs = 20_000;
const lookEveryMs = 50;

/** What a process is, or undefined where it has gone, or is not ours to look at. */
async function look<T>(question: Promise<T>): Promise<T | undefined> {
  try {
    return await question;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return undefined;
    throw error;
  }
}

/** Postgres, its helpers too, works in its cluster's folder: nothing else of that name does. */
async function processesIn(directory: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    if ((await look(readlink(`/proc/${name}/cwd`))) !== directory) continue;
    if ((await look(readFile(`/proc/${name}/comm`, 'utf8')))?.trim() === 'postgres') found.push(Number(name));
  }
  return found;
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

async function areGone(directory: string): Promise<boolean> {
  for (let waited = 0; waited < politeMs; waited += lookEveryMs) {
    if ((await processesIn(directory)).length === 0) return true;
    await delay(lookEveryMs);
  }
  return false;
}

/**
 * Ends a Postgres that an earlier, killed start left behind on this cluster, and clears its lock: the number in it may
 * meanwhile belong to somebody else, who would keep Postgres from starting. Only called while the data directory is held.
 * @param directory - the cluster, without links in its path
 */
export async function endOrphan(directory: string): Promise<void> {
  const lock = path.join(directory, 'postmaster.pid');
  const first = Number((await look(readFile(lock, 'utf8')))?.split('\n')[0]);
  if (!Number.isInteger(first)) return;
  // The first process gets a fast shutdown; the others follow it, or see that it is gone.
  signal(
    (await processesIn(directory)).filter((pid) => pid === first),
    'SIGINT',
  );
  if (!(await areGone(directory))) signal(await processesIn(directory), 'SIGQUIT');
  if (!(await areGone(directory)))
    throw new AssayError(
      'config.invalid',
      `A Postgres of an earlier start does not end (processes ${(await processesIn(directory)).join(', ')}); end it, then start again.`,
    );
  await rm(lock, { force: true });
}
