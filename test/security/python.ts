import { spawn } from 'node:child_process';

/** Debian's own Python: another one on the path may lack Debian's packages. */
const python = '/usr/bin/python3';

/** Runs a program of this folder to its end; `input` is what it reads. Arguments may be code after `-c`. */
export function runPython(
  args: readonly string[],
  input = '',
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, ['-B', ...args], { cwd: import.meta.dirname, stdio: 'pipe' });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    }
    child.once('error', reject).once('close', (code) => resolve({ code, ...output }));
    // A program that ends before it has read everything is judged by its exit code.
    child.stdin.on('error', () => undefined).end(input);
  });
}
