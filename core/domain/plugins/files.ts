import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { checkDepth, checkName } from './names.ts';

/**
 * What the files of a plugin may be. Everything that a run, a reader or a check needs is text or a table; what a machine
 * would carry out by itself (programs, libraries, scripts of an installer or of a language's start) is none of it.
 */
const texts: ReadonlySet<string> = new Set(['.R', '.py', '.ts', '.json', '.csv', '.md', '.txt']);
const tables: ReadonlySet<string> = new Set(['.parquet', '.arrow']);
const bare: ReadonlySet<string> = new Set(['LICENSE', 'NOTICE']);
/** Read by npm, by pip or by Python's own start, not by a tool. */
const carriedOut: ReadonlySet<string> = new Set([
  'package.json',
  'package-lock.json',
  'setup.py',
  'conftest.py',
  'sitecustomize.py',
  'usercustomize.py',
]);
async function checkFile(file: string, relative: string): Promise<string[]> {
  const name = path.basename(file);
  const kind = path.extname(name);
  if (carriedOut.has(name))
    return [`${relative}: files of that name are carried out by installers; a plugin has none`];
  if (tables.has(kind)) return [];
  if (!texts.has(kind) && !bare.has(name))
    return [
      `${relative}: files of this kind are not taken; a plugin has ${[...texts, ...tables].join(', ')}, LICENSE and NOTICE`,
    ];
  const bytes = await readFile(file);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? [`${relative}: is called ${kind || name}, but holds no text`] : [];
  } catch {
    return [`${relative}: is called ${kind || name}, but holds no text in UTF-8`];
  }
}

/** What is wrong with the files of a plugin, one line each. Links and numbers are looked at where the digest is taken. */
export async function checkFiles(directory: string, within = ''): Promise<string[]> {
  const tooDeep = checkDepth(within);
  if (tooDeep) return [tooDeep];
  const findings: string[] = [];
  const seen = new Map<string, string>();
  for (const entry of await readdir(path.join(directory, within), { withFileTypes: true })) {
    const { name } = entry;
    const relative = within ? `${within}/${name}` : name;
    const misnamed = checkName(name, within);
    if (misnamed) {
      findings.push(misnamed);
      continue;
    }
    const twin = seen.get(name.toLowerCase());
    if (twin) findings.push(`${relative}: differs from ${twin} in small and capital letters only`);
    seen.set(name.toLowerCase(), name);
    const found = entry.isDirectory()
      ? await checkFiles(directory, relative)
      : await checkFile(path.join(directory, relative), relative);
    findings.push(...found);
  }
  return findings;
}
