import path from 'node:path';
import type { Language } from '@assay/authoring';
import { type Command, Option } from 'commander';
import { asked, authoring, tellFindings } from '../author.ts';
import { exitCodes, UsageError } from '../exit.ts';
import { type CaseFlags, runCases, tellVerdict, type Verdict } from '../run-cases.ts';
import type { Terminal } from '../terminal.ts';
import { addPluginAdminCommands } from './plugin-admin.ts';
import { addDiffCommand } from './plugin-diff.ts';
import { addReleaseCommands } from './plugin-release.ts';
import type { Runner } from './runner.ts';

const languages = ['r', 'python', 'typescript'] as const satisfies readonly Language[];

interface CreateFlags {
  readonly json?: boolean;
  readonly language: Language;
  readonly publisher: string;
  readonly into: string;
}

async function create(name: string, flags: CreateFlags, terminal: Terminal): Promise<void> {
  const { language, publisher, into, json } = flags;
  const { createPlugin } = await authoring();
  const folder = await asked(createPlugin({ parent: into, name, language, publisher }));
  if (json) return terminal.print(JSON.stringify({ folder }, null, 2));
  const from = path.relative(process.cwd(), folder);
  const short = from.startsWith('..') ? folder : from;
  terminal.print(`${short} is there, with the tool ${name}/mean.\nNext: assay plugin test ${short}`);
}

async function check(folder: string, flags: CaseFlags, terminal: Terminal): Promise<boolean> {
  const { checkPlugin } = await authoring();
  const { plugin, findings } = await asked(checkPlugin(folder));
  const { name, version, digest } = plugin;
  const tools = plugin.tools.map((tool) => tool.name);
  if (flags.json) terminal.print(JSON.stringify({ name, version, digest, tools, findings }, null, 2));
  else {
    tellFindings(findings, terminal);
    terminal.print(
      findings.length === 0
        ? `${name} ${version} is sound: ${tools.join(', ')}\n${digest}`
        : `${name} is not sound: ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}.`,
    );
  }
  return findings.length === 0;
}

async function test(folder: string, flags: CaseFlags, terminal: Terminal): Promise<boolean> {
  const verdicts: Verdict[] = [];
  for await (const verdict of runCases(folder, flags)) {
    verdicts.push(verdict);
    if (!flags.json) tellVerdict(verdict, terminal);
  }
  if (verdicts.length === 0) throw new UsageError('There is no such case, or no tool names that runtime.');
  const failed = verdicts.filter(({ findings }) => findings.length > 0).length;
  const skipped = verdicts.filter((verdict) => verdict.skipped).length;
  const passed = verdicts.length - failed - skipped;
  if (flags.json) terminal.print(JSON.stringify({ cases: verdicts }, null, 2));
  else terminal.print(`${passed} passed, ${failed} failed, ${skipped} not run.`);
  return failed === 0 && passed > 0;
}

export function addPluginCommands(
  program: Command,
  run: Runner,
  terminal: Terminal,
  end: (code: number) => void,
): void {
  const plugin = program
    .command('plugin')
    .description('plugins: write, test, pack and sign them; install and revoke them');
  const flagsOf = (command: Command) => command.optsWithGlobals<CaseFlags>();
  plugin
    .command('create <name>')
    .description('make a plugin with one tool whose cases pass, in a folder of its name')
    .addOption(new Option('--language <language>', 'of the tool').choices(languages).makeOptionMandatory())
    .option('--publisher <name>', 'who makes it', 'nobody yet')
    .option('--into <folder>', 'where its folder is made', '.')
    .action(async (name: string, _: unknown, command: Command) => {
      await create(name, command.optsWithGlobals<CreateFlags>(), terminal);
      end(exitCodes.ok);
    });
  plugin
    .command('check <folder>')
    .description('say what an appliance would refuse of a plugin: manifests, schemas, programs, cases')
    .action(async (folder: string, _: unknown, command: Command) => {
      end((await check(folder, flagsOf(command), terminal)) ? exitCodes.ok : exitCodes.unsound);
    });
  plugin
    .command('test <folder>')
    .description('run the golden cases of a plugin in every runtime that its tools name')
    .option('--runtime <kind>', 'in this one alone: wasm, sandbox or container')
    .option('--case <id>', 'this case alone')
    .option('--without-wall', 'also where bubblewrap is missing: the code can then do what you can')
    .option('--data <folder>', 'data directory whose images are used (or ASSAY_DATA; usually .assay)')
    .option('--socket <file>', 'socket of the container engine (or ASSAY_CONTAINERS_SOCKET)')
    .action(async (folder: string, _: unknown, command: Command) => {
      end((await test(folder, flagsOf(command), terminal)) ? exitCodes.ok : exitCodes.unsound);
    });
  addReleaseCommands(plugin, terminal, end);
  addDiffCommand(plugin, terminal, end);
  addPluginAdminCommands(plugin, run);
}
