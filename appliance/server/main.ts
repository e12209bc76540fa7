/**
 * The one program: `main.ts` (or `main.ts all`) supervises the three parts, which are this file again with the name
 * of their process role. Options: `--json` prints the final block as one JSON line.
 */
const [first = 'all', ...rest] = process.argv.slice(2);
const role = first.startsWith('-') ? 'all' : first;
const json = [first, ...rest].includes('--json');

// Each role loads its own program only.
if (role === 'all') await (await import('./supervisor.ts')).superviseAll({ json });
else if (role === 'api' || role === 'worker' || role === 'runner')
  await (await import('./part.ts')).runPart(role);
else {
  process.stderr.write(`"${role}" is no process role; there are all, api, worker and runner.\n`);
  process.exitCode = 2;
}
