import { globSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string>>;
}

/** What our packages offer by name, to the file behind it. */
const offered = new Map<string, string>();
for (const manifest of globSync(
  ['core/**/package.json', 'runtimes/*/package.json', 'appliance/*/package.json'],
  {
    cwd: root,
    exclude: (name) => name === 'node_modules',
  },
)) {
  const { name, exports = {} } = JSON.parse(readFileSync(path.join(root, manifest), 'utf8')) as Manifest;
  for (const [entry, file] of Object.entries(exports))
    offered.set(path.posix.join(name, entry), path.posix.join(path.posix.dirname(manifest), file));
}

export interface Import {
  /** Path of a file of ours, or the name of a package. */
  readonly target: string;
  readonly ours: boolean;
  readonly typeOnly: boolean;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const statement = /(?:^|\n)\s*(import|export)\s+(type\s+)?([^'";]*?from\s*)?['"]([^'"]+)['"]/g;
const dynamic = /import\(\s*['"]([^'"]+)['"]\s*\)/g;

function resolve(file: string, name: string): { target: string; ours: boolean } {
  if (name.startsWith('.')) return { target: path.posix.join(path.posix.dirname(file), name), ours: true };
  const target = offered.get(name);
  return target ? { target, ours: true } : { target: name, ours: false };
}

function readImports(file: string, text: string): Import[] {
  const found: Import[] = [];
  for (const [, , type, names = '', name = ''] of text.matchAll(statement)) {
    const inline = /^\{\s*(type\s+\w+(\s+as\s+\w+)?\s*,?\s*)+\}\s*from/.test(names);
    found.push({ ...resolve(file, name), typeOnly: type !== undefined || inline });
  }
  for (const [, name = ''] of text.matchAll(dynamic)) found.push({ ...resolve(file, name), typeOnly: false });
  return found;
}

/** Every TypeScript file of ours, with what it imports. */
export async function readSources(): Promise<SourceFile[]> {
  const sources: SourceFile[] = [];
  for (const top of ['core', 'runtimes', 'plugins', 'appliance', 'test']) {
    const entries = await readdir(path.join(root, top), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      const full = path.join(entry.parentPath, entry.name);
      const file = path.relative(root, full).replaceAll(path.sep, '/');
      if (!entry.isFile() || !/\.(ts|mjs)$/.test(file) || /(^|\/)(node_modules|dist|generated)\//.test(file))
        continue;
      const text = await readFile(full, 'utf8');
      sources.push({ path: file, text, imports: readImports(file, text) });
    }
  }
  return sources;
}
