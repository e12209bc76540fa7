import { readdirSync, readFileSync } from 'node:fs';

const pageBytes = 4096;

/** Children of every process, from /proc; what vanishes while it is read is left out. */
function childrenOf(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = readProc(`/proc/${entry}/stat`);
    // The name in parentheses may hold anything; the parent stands after the last one.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (!Number.isInteger(parent)) continue;
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  return children;
}

function readProc(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return '';
    throw error;
  }
}

/** A process and everything below it. */
export function processTree(pid: number): number[] {
  const children = childrenOf();
  const tree: number[] = [];
  const queue = [pid];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    tree.push(next);
    queue.push(...(children.get(next) ?? []));
  }
  return tree;
}

/** Resident megabytes of these processes together. */
export function residentMb(pids: readonly number[]): number {
  const pages = pids.reduce(
    (sum, pid) => sum + (Number(readProc(`/proc/${pid}/statm`).split(' ')[1]) || 0),
    0,
  );
  return (pages * pageBytes) / (1024 * 1024);
}
