import { spawn } from 'node:child_process';
import path from 'node:path';

/** `npm run check`: everything that can be said of the code without running the product. All of it, then the verdict. */
const root = path.resolve(import.meta.dirname, '../..');
const bin = (name: string) => path.join(root, 'node_modules/.bin', name);
const node = [process.execPath, '--disable-warning=ExperimentalWarning'];

const checks: Readonly<Record<string, readonly string[]>> = {
  'biome (format and lint)': [bin('biome'), 'ci', '.'],
  'tsc (types)': [bin('tsc'), '-p', '.'],
  'knip (dead code, unlisted dependencies)': [
    process.execPath,
    path.join(root, 'node_modules/knip/bin/knip.js'),
  ],
  architecture: [...node, '--test', path.join(root, 'test/architecture/architecture.test.ts')],
  'generated files': [...node, path.join(import.meta.dirname, 'generate.ts'), '--check'],
};

function run([file = '', ...args]: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += chunk;
      });
    child.once('error', reject).once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

for (const [name, command] of Object.entries(checks)) {
  const { code, output } = await run(command);
  process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name}\n`);
  if (code === 0) continue;
  process.stdout.write(`${output}\n`);
  process.exitCode = 1;
}
