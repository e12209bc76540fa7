import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { exitCodes, UsageError } from '../exit.ts';
import { clientConfigs } from '../mcp/client-configs.ts';
import { type GlobalOptions, openSession } from '../session.ts';
import type { Terminal } from '../terminal.ts';

const bin = fileURLToPath(new URL('../bin/assay.mjs', import.meta.url));

/** For whom to print a configuration: the command is named by its place, since clients start it from anywhere. */
function configFor(client: string, url: string): { readonly text: string; readonly file: string } {
  const config = Object.hasOwn(clientConfigs, client) ? clientConfigs[client] : undefined;
  if (!config)
    throw new UsageError(
      `"${client}" is no client known here; there are ${Object.keys(clientConfigs).join(', ')}.`,
    );
  const made = config.make({ url, command: [process.execPath, bin] });
  return { text: JSON.stringify(made, null, 2), file: config.file };
}

/** Neither says anything on standard output but what it is for: messages of the protocol, or a configuration. */
export function addMcpCommands(
  program: Command,
  terminal: Terminal,
  signal: AbortSignal,
  end: (code: number) => void,
): void {
  const session = (command: Command) =>
    openSession(command.optsWithGlobals() as GlobalOptions, terminal, signal);
  const mcp = program
    .command('mcp')
    .description('the tools of the server for an IDE assistant, over standard input and output')
    .action(async (_: unknown, command: Command) => {
      const { url, token } = await session(command);
      const { bridge } = await import('../mcp/bridge.ts');
      const complain = (text: string) => terminal.say(text);
      await bridge({ ...{ url, token, signal, complain }, input: process.stdin, output: process.stdout });
      end(exitCodes.ok);
    });
  mcp
    .command('config')
    .description('print the configuration of a client, ready to be saved')
    .argument('<client>', Object.keys(clientConfigs).join(', '))
    .action(async (client: string, _: unknown, command: Command) => {
      const { url } = await session(command);
      const { text, file } = configFor(client, url);
      terminal.print(text);
      terminal.say(`For ${file}.`);
      end(exitCodes.ok);
    });
}
