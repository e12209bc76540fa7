import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createValidator } from '@assay/core/validation';
import { AssayError, PluginManifest, type ToolManifest } from '@assay/sdk';

const templates = path.join(import.meta.dirname, 'templates');

/** What differs between the languages; everything else of a new tool is the same. */
const languages = {
  r: { program: 'main.R', runtimes: ['wasm', 'container'], requires: { language: 'r >= 4.2' } },
  python: { program: 'main.py', runtimes: ['container'], requires: { language: 'python >= 3.11' } },
  typescript: { program: 'main.ts', runtimes: ['sandbox'], requires: { language: 'typescript' } },
} as const;
export type Language = keyof typeof languages;

export interface NewPlugin {
  /** Folder that the plugin's own is made in. */
  readonly parent: string;
  /** `dose-checks` */
  readonly name: string;
  readonly language: Language;
  readonly publisher: string;
}

async function writeJson(file: string, value: object): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Makes a plugin with one tool, `mean`, that is sound and whose cases pass: something to change, not to fill in.
 * @returns its folder
 * @throws AssayError plugin.manifest_invalid where the name is none, or there is something already
 */
export async function createPlugin({ parent, name, language, publisher }: NewPlugin): Promise<string> {
  const manifest: PluginManifest = {
    edition: '2026-11-01',
    name,
    version: '0.1.0',
    title: name,
    description: 'What the tools of this plugin are for.',
    publisher,
    license: 'Apache-2.0',
    tools: ['mean'],
  };
  const [issue] = createValidator().compile(PluginManifest)(manifest);
  if (issue)
    throw new AssayError(
      'plugin.manifest_invalid',
      issue.pointer === '/name'
        ? `"${name}" is no name of a plugin: small letters, digits and single hyphens, a letter first, at most 40, as in dose-checks.`
        : issue.detail,
    );
  const directory = path.join(path.resolve(parent), name);
  const { program, runtimes, requires } = languages[language];
  try {
    await mkdir(directory, { recursive: false });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' && code !== 'ENOENT') throw error;
    const why = code === 'EEXIST' ? 'is there already' : `cannot be made: there is no folder ${parent}`;
    throw new AssayError('plugin.manifest_invalid', `${directory} ${why}.`, { cause: error });
  }
  const tool = path.join(directory, 'mean');
  await cp(path.join(templates, 'tool'), tool, { recursive: true });
  await cp(path.join(templates, language), tool, { recursive: true });
  const text = await readFile(path.join(tool, 'tool.json'), 'utf8');
  const shared = JSON.parse(text) as ToolManifest;
  await writeJson(path.join(tool, 'tool.json'), { ...shared, runtimes, program, requires });
  await writeJson(path.join(directory, 'plugin.json'), manifest);
  await writeFile(
    path.join(directory, 'README.md'),
    `# ${name}\n\nWhat the tools are for, what they assume, and where their golden values come from.\n\n    assay plugin check .\n    assay plugin test .\n`,
  );
  return directory;
}
