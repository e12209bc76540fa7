import { Command, CommanderError } from 'commander';
import { addAuditCommands } from './commands/audit.ts';
import { addClientCommands } from './commands/client.ts';
import { addDatasetCommands } from './commands/dataset.ts';
import { addErasureCommands } from './commands/erasure.ts';
import { addImageCommands } from './commands/image.ts';
import { addJobCommands } from './commands/job.ts';
import { addKeysCommands } from './commands/keys.ts';
import { addLoginCommand } from './commands/login.ts';
import { addMcpCommands } from './commands/mcp.ts';
import { addMemberCommands } from './commands/member.ts';
import { addPluginCommands } from './commands/plugin.ts';
import { addQuotaCommands } from './commands/quota.ts';
import { addReportCommands } from './commands/report.ts';
import { addRunCommand } from './commands/run.ts';
import type { Runner } from './commands/runner.ts';
import { addRuntimeCommands } from './commands/runtime.ts';
import { addSignInCommand } from './commands/sign-in.ts';
import { addStorageCommands } from './commands/storage.ts';
import { addTokenCommands } from './commands/token.ts';
import { addToolCommands } from './commands/tool.ts';
import { addUpCommand } from './commands/up.ts';
import { addUserCommands } from './commands/user.ts';
import { addWorkspaceCommands } from './commands/workspace.ts';
import { exitCodeOf, exitCodes, InterruptedError, UsageError } from './exit.ts';
import manifest from './package.json' with { type: 'json' };
import { problemData, renderProblem } from './problem.ts';
import { type GlobalOptions, openSession } from './session.ts';
import type { Terminal } from './terminal.ts';

/** Every command; `end` is told the exit code of what ran. */
export function buildProgram(terminal: Terminal, signal: AbortSignal, end: (code: number) => void): Command {
  const program = new Command('assay')
    .description('Data in, the right analysis, an isolated run, a report that somebody else can check.')
    .version(manifest.version, '--version', 'version of this command')
    .option('--url <address>', 'address of the server (or ASSAY_URL)')
    .option('--token <token>', 'API token (or ASSAY_TOKEN, which no list of processes shows)')
    .option('--json', 'print JSON for programs')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.say(text.trimEnd()),
      // Complaints are shown by us, as every other problem is.
      outputError: () => undefined,
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 unexpected, 2 usage, 3 sign in, 4 not reachable, 5 refused,\n6 job failed, 7 job cancelled, 130 interrupted.',
    );
  const run: Runner =
    (work) =>
    async (...given) => {
      const command = given.pop() as Command;
      const options: GlobalOptions = command.optsWithGlobals();
      const session = await openSession(options, terminal, signal);
      const { text, data, code = exitCodes.ok } = await work(session, ...(given as never));
      // What went wrong is read on standard error; programs read what became of it as data.
      if (options.json) terminal.print(JSON.stringify(data, null, 2));
      else if (code === exitCodes.ok) terminal.print(text);
      else terminal.say(text);
      end(code);
    };
  addUpCommand(program, end);
  addSignInCommand(program, run);
  addLoginCommand(program, run);
  addDatasetCommands(program, run);
  addToolCommands(program, run);
  addRunCommand(program, run);
  addJobCommands(program, run);
  addReportCommands(program, run);
  addErasureCommands(program, run);
  addKeysCommands(program, run);
  addTokenCommands(program, run);
  addMemberCommands(program, run);
  addWorkspaceCommands(program, run);
  addAuditCommands(program, run);
  addClientCommands(program, run);
  addUserCommands(program, run);
  addQuotaCommands(program, run);
  addImageCommands(program, terminal, end);
  addPluginCommands(program, run, terminal, end);
  addRuntimeCommands(program, terminal, end);
  addMcpCommands(program, terminal, signal, end);
  addStorageCommands(program, terminal, signal, end);
  return program;
}

function wantsJson(args: readonly string[]): boolean {
  const rest = args.indexOf('--');
  return (rest < 0 ? args : args.slice(0, rest)).includes('--json');
}

/** Runs one command line. @returns the exit code */
export async function runCli(
  args: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  let code: number = exitCodes.ok;
  const program = buildProgram(terminal, signal, (given) => {
    code = given;
  });
  const complain = (error: unknown) =>
    terminal.say(wantsJson(args) ? JSON.stringify(problemData(error)) : renderProblem(error, terminal));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.ok;
    // Help that nobody asked for was printed already; every other complaint of the parser is one of usage.
    if (thrown instanceof CommanderError && thrown.code === 'commander.help') return exitCodes.usage;
    const error =
      thrown instanceof CommanderError ? new UsageError(thrown.message.replace(/^error: /, '')) : thrown;
    complain(signal.aborted && !(error instanceof InterruptedError) ? signal.reason : error);
    return signal.aborted ? exitCodes.interrupted : exitCodeOf(error);
  }
}
