import type { Command } from 'commander';
import { exitCodes } from './exit.ts';
import { buildProgram } from './program.ts';
import { openTerminal } from './terminal.ts';

const meanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: 'done',
  unexpected: 'something unexpected; the message says what is known',
  usage: 'the command line is not understood',
  signIn: 'no token, a token that does not work, or one that may not do this',
  unreachable: 'no Assay answers at the address',
  refused: 'what was given was looked at and refused; the message says what would be right',
  jobFailed: 'the job failed',
  unsound: 'something that was checked does not hold',
  jobCancelled: 'the job was cancelled',
  interrupted: 'Ctrl-C, or asked to end by a signal',
};

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function describeCommand(command: Command): string[] {
  const given = command.registeredArguments.map((a) => ({ name: `<${a.name()}>`, text: a.description }));
  const options = command.options.map((o) => ({ name: o.flags, text: o.description }));
  const words = [pathOf(command), ...given.map((a) => a.name), ...(options.length > 0 ? ['[options]'] : [])];
  const rows = [...given, ...options].map(({ name, text }) => `- \`${name}\`: ${text}`);
  return [
    `## \`${words.join(' ')}\``,
    '',
    `${command.description().replace(/^./, (c) => c.toUpperCase())}.`,
    '',
    ...(rows.length > 0 ? [...rows, ''] : []),
  ];
}

/** The page `docs/reference/cli.md`, from the commands themselves. */
export function describeCli(): string {
  const nowhere = openTerminal(process.stdout, process.stderr, {});
  const program = buildProgram(nowhere, new AbortController().signal, () => undefined);
  const general = program.options.map((o) => `- \`${o.flags}\`: ${o.description}`);
  const codes = Object.entries(exitCodes).map(
    ([name, code]) => `| ${code} | ${meanings[name as keyof typeof exitCodes]} |`,
  );
  return [
    '# The `assay` command',
    '',
    'Generated from `appliance/cli`; do not edit. Run it as `npx assay` in the folder of Assay.',
    '',
    'Results go to standard output, progress and problems to standard error. Colours and bars are shown on a terminal',
    'alone; `NO_COLOR` turns colours off. Signing in leaves the address and an API token in',
    '`$XDG_CONFIG_HOME/assay/credentials.json` (mode 0600); a stored token is sent to no other address.',
    '',
    'A data set goes by its id, the beginning of its id (four characters or more) or its name, of several with the name',
    'the newest; jobs and reports by the id or its beginning. With `--json` there is one JSON document on standard',
    'output, and a problem is one on standard error. Ctrl-C while a job is waited for ends the waiting, not the job.',
    '',
    '## Options of every command',
    '',
    ...general,
    '',
    ...leaves(program).flatMap(describeCommand),
    '## Exit codes',
    '',
    '| code | meaning |',
    '|---|---|',
    ...codes,
    '',
  ].join('\n');
}
