import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { RefusedError } from '../exit.ts';

const server = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

/** Runs the supervisor as `npm start` does, until it ends. @returns its exit code */
async function up(json: boolean): Promise<number> {
  if (!existsSync(server))
    throw new RefusedError('The server is not installed here; "assay up" works in the folder of Assay.');
  const args = ['--disable-warning=ExperimentalWarning', server, 'all', ...(json ? ['--json'] : [])];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  const passOn = () => child.kill('SIGTERM');
  const leaveToChild = () => undefined;
  // Ctrl-C reaches the child by itself (same terminal); a signal to us alone is passed on.
  process.on('SIGTERM', passOn);
  process.on('SIGINT', leaveToChild);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? (signal === 'SIGINT' ? 130 : 1);
  } finally {
    process.off('SIGTERM', passOn);
    process.off('SIGINT', leaveToChild);
  }
}

export function addUpCommand(program: Command, end: (code: number) => void): void {
  program
    .command('up')
    .description('start Assay here, as npm start does')
    .action(async (_: unknown, command: Command) => {
      end(await up(command.optsWithGlobals().json === true));
    });
}
