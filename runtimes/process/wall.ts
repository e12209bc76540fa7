import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** What a program may see of the disk, beside the system's libraries. */
export interface WallOptions {
  readonly nodePath: string;
  /** Bound read-only at the same place. */
  readonly readOnly: readonly string[];
  /** Bound read-write at /scratch. */
  readonly scratch: string | undefined;
}

/** Against the runner, which stands behind the api already. */
const niceness = 10;

/** The whole environment of a program in a runtime. */
export const environment = { LANG: 'C.UTF-8', TZ: 'UTC', PATH: '/usr/bin:/bin' } as const;

function findBubblewrap(): string | undefined {
  return ['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap'].find((file) => existsSync(file));
}

/** System folders that node and the engines need; on a merged-usr system all but /usr are links into it. */
function systemFolders(): string[] {
  const args = ['--ro-bind', '/usr', '/usr'];
  for (const folder of ['/lib', '/lib64', '/bin']) {
    if (!existsSync(folder)) continue;
    const real = realpathSync(folder);
    if (real === folder) args.push('--ro-bind', folder, folder);
    else args.push('--symlink', path.relative('/', real), folder);
  }
  return args;
}

/**
 * The arguments of bubblewrap: every namespace of its own (no network), no capabilities, a clean environment, a
 * read-only view of the engine, and nothing else of the host. Nothing that a caller writes can reach them.
 */
export function wallArguments({ nodePath, readOnly, scratch }: WallOptions): string[] {
  const binds = [nodePath, ...readOnly].flatMap((file) => ['--ro-bind', file, file]);
  return [
    '--unshare-all',
    '--die-with-parent',
    '--new-session',
    '--cap-drop',
    'ALL',
    '--hostname',
    'assay',
    '--clearenv',
    ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
    ...systemFolders(),
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--size',
    String(64 * 1024 * 1024),
    '--tmpfs',
    '/tmp',
    ...binds,
    ...(scratch ? ['--bind', scratch, '/scratch'] : []),
    // Both lie in memory without a limit: what is written there would escape the memory watch.
    '--remount-ro',
    '/dev',
    '--remount-ro',
    '/',
    '--chdir',
    '/tmp',
  ];
}

/**
 * What stands before a program that has no wall: it is to end with the runner, which a busy one would not notice by
 * itself, and may never gain rights.
 */
export function plainCommand(): string[] {
  const file = '/usr/bin/setpriv';
  return existsSync(file) ? [file, '--pdeathsig', 'KILL', '--no-new-privs', '--'] : [];
}

/**
 * Comes after the runner for the processor, as far as this host weighs at all. Linux weighs sessions before it weighs the
 * processes in them (sched(7), autogroup), so the session is weighed too; it can be said ten times a second.
 */
const behind = `if [ -w /proc/self/autogroup ]; then
  for again in 1 2 3; do echo ${niceness} > /proc/self/autogroup && break; sleep 0.2; done 2>/dev/null
fi
exec nice -n ${niceness} "$@"`;

/** What stands directly before a program, in whatever wall it has: so its first thread is weighed, and its session. */
export function behindCommand(): string[] {
  const needed = ['/bin/sh', '/usr/bin/nice'];
  return needed.every((file) => existsSync(file)) ? ['/bin/sh', '-c', behind, 'sh'] : [];
}

/**
 * Looks whether bubblewrap is installed and this host lets it work.
 * @returns its path, or why there is none
 */
export function probeBubblewrap(): { readonly path: string } | { readonly missing: string } {
  const file = findBubblewrap();
  if (!file) return { missing: 'bubblewrap is not installed (Debian: apt-get install bubblewrap)' };
  const probe = spawnSync(file, ['--unshare-all', '--ro-bind', '/', '/', '/bin/true'], {
    encoding: 'utf8',
    timeout: 5000,
  });
  if (probe.status === 0) return { path: file };
  return {
    missing: `bubblewrap does not work on this host: ${(probe.stderr || probe.error?.message || '').trim()}`,
  };
}
