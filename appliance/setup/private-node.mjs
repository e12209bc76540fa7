import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The Node 24 that came with the dependencies; the machine's own where that is new enough and ours is not there. */
export function privateNode() {
  const ours = fileURLToPath(
    new URL(`../../node_modules/node-linux-${process.arch}/bin/node`, import.meta.url),
  );
  if (existsSync(ours)) return ours;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Error(`The private Node 24 is missing (${ours}); remove node_modules and start again.`);
}
