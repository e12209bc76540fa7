import { InterruptedError } from './exit.ts';
import { runCli } from './program.ts';
import { openTerminal } from './terminal.ts';

/** The `assay` command. The first Ctrl-C ends what is under way, the second ends at once. */
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => stop.abort(new InterruptedError('Interrupted.')));
// Whoever reads the output may have had enough (`| head`); that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
const terminal = openTerminal(process.stdout, process.stderr, process.env);
process.exitCode = await runCli(process.argv.slice(2), terminal, stop.signal);
