import path from 'node:path';
import type { CaseRun, Language } from '@assay/authoring';
import { readImages } from '@assay/images';
import { checkCase, differences, isAsStrong } from '@assay/sdk';
import { type Command, Option } from 'commander';
import { asked, authoring, tellFindings } from '../author.ts';
import { exitCodes, UsageError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { addPluginAdminCommands } from './plugin-admin.ts';
import { addReleaseCommands } from './plugin-release.ts';
import type { Runner } from './runner.ts';

const languages = ['r', 'python', 'typescript'] as const satisfies readonly Language[];
interface Flags {
  readonly json?: boolean;
  readonly data?: string;
  readonly socket?: string;
  readonly runtime?: string;
  readonly case?: string;
  readonly withoutWall?: boolean;
}

/** What became of a case in one runtime; `skipped` says why it was not run there. */
interface Verdict {
  readonly tool: string;
  readonly case: string;
  readonly runtime: string;
  readonly findings: readonly string[];
  readonly skipped?: string;
}

const usualSocket = '/var/run/docker.sock';

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

async function check(folder: string, flags: Flags, terminal: Terminal): Promise<boolean> {
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

async function containersOf({ data, socket }: Flags) {
  const directory = path.resolve(data ?? (process.env.ASSAY_DATA || '.assay'));
  const images = await readImages(path.join(directory, 'images.json'));
  if (images.length === 0) return undefined;
  const socketPath = socket ?? (process.env.ASSAY_CONTAINERS_SOCKET || usualSocket);
  return { socketPath, images, owner: 'plugin-test' };
}

function tellVerdict({ tool, case: id, runtime, findings, skipped }: Verdict, terminal: Terminal): void {
  const sign = skipped ? '-' : findings.length === 0 ? '✓' : '✗';
  terminal.say(`${sign} ${tool} ${id} (${runtime})${skipped ? `: ${skipped}` : ''}`);
  for (const finding of findings) terminal.say(`    ${finding}`);
}

/** Runs all cases of a folder in every runtime that their tools name and this machine has. */
async function* runCases(folder: string, flags: Flags): AsyncGenerator<Verdict> {
  const { checkPlugin, createCaseRunner, openPlaces, readCase } = await authoring();
  const { plugin, directory, findings } = await asked(checkPlugin(folder));
  if (findings.length > 0)
    throw new UsageError(`The plugin is not sound; "assay plugin check ${folder}" says why: ${findings[0]}`);
  const containers = await containersOf(flags);
  const places = await openPlaces({ prestart: 1, ...(containers ? { containers } : {}) });
  try {
    const runner = createCaseRunner(places.table);
    for (const tool of plugin.tools) {
      const home = path.join(directory, tool.name.slice(tool.name.indexOf('/') + 1));
      const ids = tool.manifest.cases.filter((id) => flags.case === undefined || id === flags.case);
      const kinds = tool.manifest.runtimes.filter((kind) => !flags.runtime || kind === flags.runtime);
      for (const id of ids) {
        const golden = await readCase(home, id);
        let before: { readonly kind: string; readonly run: CaseRun } | undefined;
        for (const kind of kinds) {
          const verdict = { tool: tool.name, case: id, runtime: kind, findings: [] };
          const place = places.find(kind, tool.manifest.program);
          if (!place) {
            yield { ...verdict, skipped: 'no image is built here ("assay image build")' };
            continue;
          }
          const { isolation } = await place.describe();
          if (!flags.withoutWall && !isAsStrong(isolation, plugin.isolation)) {
            yield { ...verdict, skipped: 'bubblewrap is missing; --without-wall runs it as you' };
            continue;
          }
          const [run] = await runner.run(tool, home, golden, [place]);
          if (!run) continue;
          const other = before ? differences(before.run.values, run.values) : [];
          const apart = other.map((line) => `not as in ${before?.kind}: ${line}`);
          yield { ...verdict, findings: [...run.unsound, ...checkCase(golden, run), ...apart] };
          before ??= { kind, run };
        }
      }
    }
  } finally {
    await places.close();
  }
}

async function test(folder: string, flags: Flags, terminal: Terminal): Promise<boolean> {
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
  const flagsOf = (command: Command) => command.optsWithGlobals<Flags>();
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
  addPluginAdminCommands(plugin, run);
}
