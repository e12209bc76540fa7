import { spawn } from 'node:child_process';
import { installDependencies } from './install.mjs';
import { checkMachine } from './machine.mjs';
import { privateNode } from './private-node.mjs';
import { say } from './say.mjs';

/**
 * `npm start`, `npm test` and the rest come in here, on whatever Node 20 or newer the machine has. This makes sure of
 * the dependencies, which bring a Node 24 of their own, and hands over to that.
 */
const node = ['--disable-warning=ExperimentalWarning'];
const program = (file, ...args) => ({ args: [...node, new URL(file, import.meta.url).pathname, ...args] });

const commands = {
  start: { dev: false, ...program('../server/main.ts', 'all') },
  assay: { dev: false, ...program('../cli/main.ts') },
  test: { dev: true, ...program('./test.ts') },
  'test:full': { dev: true, ...program('./test.ts', '--full') },
  check: { dev: true, ...program('./check.ts') },
  build: { dev: true, ...program('./build.ts') },
  generate: { dev: true, ...program('./generate.ts') },
  bench: { dev: true, ...program('../../test/bench/main.ts') },
};

function handOver(file, args) {
  const child = spawn(file, args, { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself (same terminal); a signal to us alone is passed on.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => {
    say.problem(`${file} could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}

async function main() {
  const [name = '', ...rest] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Error(`"${name}" is no command; there are ${Object.keys(commands).join(', ')}.`);
  checkMachine();
  await installDependencies(command.dev);
  handOver(privateNode(), [...command.args, ...rest]);
}

main().catch((error) => {
  say.problem(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
