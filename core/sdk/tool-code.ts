import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export interface CodeFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Program files of one folder, by name; what lies beside the manifest of a plugin is for all its tools. */
async function readPrograms(folder: string): Promise<CodeFile[]> {
  const files = (await readdir(folder)).filter(
    (file) => /\.(R|py|ts)$/.test(file) && !file.endsWith('.test.ts'),
  );
  return Promise.all(
    files.sort().map(async (file) => ({ name: file, bytes: await readFile(path.join(folder, file)) })),
  );
}

/**
 * What a run of a tool is handed: its own program files, then those that it shares with the others of its plugin.
 * @returns also the name that is in both, which no plugin may have
 */
export async function readToolPrograms(
  plugin: string,
  tool: string,
): Promise<{ readonly files: readonly CodeFile[]; readonly twice: string | undefined }> {
  const [own, shared] = await Promise.all([readPrograms(path.join(plugin, tool)), readPrograms(plugin)]);
  const twice = shared.find(({ name }) => own.some((each) => each.name === name))?.name;
  return { files: [...own, ...shared], twice };
}
