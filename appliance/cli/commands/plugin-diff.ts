import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Difference } from '@assay/authoring';
import type { Command } from 'commander';
import { asked, authoring } from '../author.ts';
import { exitCodes } from '../exit.ts';
import { type CaseFlags, runCases, tellVerdict, type Verdict } from '../run-cases.ts';
import type { Terminal } from '../terminal.ts';

interface Flags extends CaseFlags {
  readonly cases?: boolean;
}

const longest = 160;
const short = (text: string) => (text.length > longest ? `${text.slice(0, longest)}…` : text);

/** One line a part before or after, under what it is a matter of. */
export function tellDifferences(found: readonly Difference[]): string[] {
  return found.flatMap(({ concern, where, before, after }, i) => [
    ...(concern === found[i - 1]?.concern ? [] : [concern]),
    ...(before === undefined ? [] : [`  - ${where}: ${short(before)}`]),
    ...(after === undefined ? [] : [`  + ${where}: ${short(after)}`]),
  ]);
}

/** @returns whether all that was run of what the old one promised holds */
async function diff(old: string, now: string, flags: Flags, terminal: Terminal): Promise<boolean> {
  const { compareVersions, openVersion, withOldCases } = await authoring();
  const before = await asked(openVersion(old));
  const after = await asked(openVersion(now));
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-diff-'));
  try {
    const found = await compareVersions(before, after);
    const named = ({ plugin }: typeof before) => `${plugin.name} ${plugin.version}`;
    if (!flags.json) {
      terminal.print(`${named(before)} -> ${named(after)}`);
      if (found.length === 0) terminal.print('No file of either differs from the other.');
      for (const line of tellDifferences(found)) terminal.print(line);
    }
    const verdicts: Verdict[] = [];
    if (flags.cases) {
      if (!flags.json) terminal.print('the cases of the old one, on the new one');
      const { directory } = await withOldCases(before, after, folder);
      // Fewer cases than a plugin must have are no matter here: nobody is to install this folder.
      for await (const verdict of runCases(directory, flags, 'of another version')) {
        verdicts.push(verdict);
        if (!flags.json) tellVerdict(verdict, terminal);
      }
    }
    if (flags.json) terminal.print(JSON.stringify({ differences: found, cases: verdicts }, null, 2));
    return verdicts.every(({ findings }) => findings.length === 0);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await Promise.all([before.close(), after.close()]);
  }
}

export function addDiffCommand(plugin: Command, terminal: Terminal, end: (code: number) => void): void {
  plugin
    .command('diff <old> <new>')
    .description(
      'say what changed between two versions, as folders or packages: what it asks for, inputs, output, texts, program',
    )
    .option('--cases', 'run the golden cases of the old one on the new one')
    .option('--runtime <kind>', 'in this one alone: wasm, sandbox or container')
    .option('--without-wall', 'also where bubblewrap is missing: the code can then do what you can')
    .option('--data <folder>', 'data directory whose images are used (or ASSAY_DATA; usually .assay)')
    .option('--socket <file>', 'socket of the container engine (or ASSAY_CONTAINERS_SOCKET)')
    .action(async (old: string, now: string, _: unknown, command: Command) => {
      const holds = await diff(old, now, command.optsWithGlobals<Flags>(), terminal);
      end(holds ? exitCodes.ok : exitCodes.unsound);
    });
}
