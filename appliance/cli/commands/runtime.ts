import { checkRuntime, readLanguage, rules, type Verdict } from '@assay/conformance';
import { environment, startChild } from '@assay/runtime-process';
import type { Command } from 'commander';
import { exitCodes } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

/** Shows one verdict as it is found. */
function tell({ rule, instead }: Verdict, terminal: Terminal): void {
  terminal.say(`${instead === undefined ? '✓' : '✗'} ${rule.id}: ${rule.says}`);
  if (instead !== undefined) terminal.say(`    ${instead.slice(0, 2000).replaceAll('\n', '\n    ')}`);
}

/** @returns true where every rule is kept */
async function check(
  folder: string,
  command: readonly [string, ...string[]],
  json: boolean,
  terminal: Terminal,
): Promise<boolean> {
  const language = await readLanguage(folder);
  const verdicts: Verdict[] = [];
  for await (const verdict of checkRuntime((signal) => startChild(command, environment, signal), language)) {
    verdicts.push(verdict);
    if (!json) tell(verdict, terminal);
  }
  const broken = verdicts.filter(({ instead }) => instead !== undefined);
  if (json) {
    const found = verdicts.map(({ rule, instead }) => ({
      rule: rule.id,
      kept: instead === undefined,
      instead,
    }));
    terminal.print(JSON.stringify({ language: language.name, rules: found }, null, 2));
  } else if (broken.length === 0)
    terminal.print(`${language.name} keeps all ${rules.length} rules of run/1.`);
  else terminal.print(`${language.name} breaks ${broken.length} of the ${rules.length} rules of run/1.`);
  return broken.length === 0;
}

export function addRuntimeCommands(program: Command, terminal: Terminal, end: (code: number) => void): void {
  const runtime = program.command('runtime').description('programs that tools run in, on this machine');
  runtime
    .command('check <folder> <command...>')
    .description('try a program of any language on every rule of the run protocol; "--" before its command')
    .action(async (folder: string, given: string[], _: unknown, command: Command) => {
      const { json = false } = command.optsWithGlobals<{ json?: boolean }>();
      const kept = await check(folder, given as [string, ...string[]], json, terminal);
      end(kept ? exitCodes.ok : exitCodes.unsound);
    });
}
