import path from 'node:path';
import { copyObjects, examineStore, type Finding, nameOfStore, openStore } from '@assay/core/storage';
import type { Command } from 'commander';
import { readSite, readTarget } from '../../server/site.ts';
import { exitCodes } from '../exit.ts';
import { showBytes } from '../progress.ts';
import { renderTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface Flags {
  readonly data?: string;
  readonly json?: boolean;
}

type End = (code: number) => void;

/** These commands work on this machine's appliance, not on a server: they read what its start reads. */
function directoryOf({ data }: Flags, environment: NodeJS.ProcessEnv): string {
  return path.resolve(data ?? (environment.ASSAY_DATA || '.assay'));
}

async function check(flags: Flags, terminal: Terminal): Promise<number> {
  const { storage } = await readSite(process.env, directoryOf(flags, process.env));
  const findings: Finding[] = [];
  for await (const finding of examineStore(storage)) {
    findings.push(finding);
    terminal.progress(`${findings.length} of 9: ${finding.name}`);
  }
  const ok = findings.every((finding) => finding.ok);
  if (flags.json) terminal.print(JSON.stringify({ store: nameOfStore(storage), ok, findings }, null, 2));
  else {
    const { green, red } = terminal.colors;
    const rows = findings.map((f) => [f.ok ? green('✓') : red('✗'), f.name, `${f.ms} ms`, f.detail]);
    const remedies = findings.flatMap((f) => (f.remedy ? [`${f.name}: ${f.remedy}`] : []));
    terminal.print(
      [
        nameOfStore(storage),
        renderTable(['', 'what', 'time', 'found'], rows, terminal),
        ...(remedies.length > 0 ? ['', ...remedies] : []),
      ].join('\n'),
    );
  }
  return ok ? exitCodes.ok : exitCodes.unsound;
}

async function copy(
  flags: Flags & { readonly to: string },
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const { storage } = await readSite(process.env, directoryOf(flags, process.env));
  const target = await readTarget(flags.to);
  const report = await copyObjects(openStore(storage), openStore(target), {
    signal,
    onProgress: ({ objects, copied, same, bytes }) =>
      terminal.progress(`${objects} objects: ${copied} copied (${showBytes(bytes)}), ${same} there already`),
  });
  const { copied, same, failed, bytes } = report;
  if (flags.json) terminal.print(JSON.stringify(report, null, 2));
  else
    terminal.print(
      [
        `${copied} copied (${showBytes(bytes)}), ${same} there already, ${failed.length} failed; each was read back.`,
        ...failed.map(({ key, reason }) => `  ${key}: ${reason}`),
        ...(failed.length === 0 ? [`Set storage to ${nameOfStore(target)}, and start anew to use it.`] : []),
      ].join('\n'),
    );
  return failed.length === 0 ? exitCodes.ok : exitCodes.unsound;
}

export function addStorageCommands(
  program: Command,
  terminal: Terminal,
  signal: AbortSignal,
  end: End,
): void {
  const storage = program.command('storage').description('where encrypted objects lie, on this machine');
  storage
    .command('check')
    .description('try everything that is asked of the store, and say what to mend')
    .option('--data <folder>', 'data directory of the appliance (or ASSAY_DATA)')
    .action(async (_: unknown, command: Command) => end(await check(command.optsWithGlobals(), terminal)));
  storage
    .command('copy')
    .description('copy all objects into another store; what is there already is compared and not sent again')
    .requiredOption('--to <target>', 'a folder, or a configuration file (.json) with a storage section')
    .option('--data <folder>', 'data directory of the appliance (or ASSAY_DATA)')
    .action(async (_: unknown, command: Command) =>
      end(await copy(command.optsWithGlobals(), terminal, signal)),
    );
}
