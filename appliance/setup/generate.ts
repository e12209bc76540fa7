import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describeConfig } from '@assay/core';
import { describeAccess, generateOpenapi } from '@assay/core/api';
import { describePlugin, packPlugin } from '@assay/core/plugins/package';
import type { ReleaseList } from '@assay/core/plugins/trust';
import { Case, errorCodes, PluginManifest, Report, ResultDocument, ToolManifest } from '@assay/sdk';
import { generateApiTypes } from '../../core/client/generate.ts';
import { describeCli } from '../cli/index.ts';
import { completeLock } from './complete-lock.ts';
import { reportApi } from './packages.ts';

/** `npm run generate`: writes what is made from something else. With --check it changes nothing and names what differs. */
const root = path.resolve(import.meta.dirname, '../..');
const check = process.argv.includes('--check');

function errorReference(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, e]) => `| \`${code}\` | ${e.status} | ${e.title} | ${e.retryable ? 'yes' : 'no'} |`,
  );
  return [
    '# Errors',
    '',
    'Generated from `core/sdk/error-codes.ts`; do not edit. Answers are problem details (RFC 9457) with these codes.',
    "A tool's own refusal is carried inside `job.tool_refused`, with class, code, message, place and hint.",
    '',
    '| code | status | title | worth trying again |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

const plugins = (await readdir(path.join(root, 'plugins'), { withFileTypes: true }))
  .filter((e) => e.isDirectory())
  .map((e) => e.name)
  .sort();

/** Versions that were released stay on the list: their jobs are run again after an upgrade. */
async function releaseList(): Promise<string> {
  const before = JSON.parse((await current('plugins/admitted.json')) ?? '{}');
  const list: Record<string, ReleaseList[string]> = { ...before };
  for (const name of plugins) {
    const { version, digest } = await packPlugin(path.join(root, 'plugins', name));
    list[name] = { ...list[name], [version]: digest };
  }
  return `${JSON.stringify(list, null, 2)}\n`;
}

const json = (value: unknown) => async () => `${JSON.stringify(value, null, 2)}\n`;
const generated: Record<string, () => Promise<string>> = {
  'docs/reference/cli.md': async () => describeCli(),
  'docs/reference/configuration.md': async () => describeConfig(),
  'docs/reference/errors.md': async () => errorReference(),
  'docs/security/roles.md': async () => describeAccess(),
  'docs/reference/openapi.json': async () => generateOpenapi(),
  'core/client/generated/api.d.ts': async () => generateApiTypes(generateOpenapi()),
  'docs/reference/api/sdk.api.md': () => reportApi('sdk'),
  'docs/reference/api/client.api.md': () => reportApi('client'),
  'package-lock.json': async () => completeLock(await readFile(path.join(root, 'package-lock.json'), 'utf8')),
  // A shipped plugin's folder is its package unpacked, so that both have one digest.
  ...Object.fromEntries(
    plugins.map((name) => [
      `plugins/${name}/sbom.cdx.json`,
      () => describePlugin(path.join(root, 'plugins', name)),
    ]),
  ),
  'plugins/admitted.json': releaseList,
  'core/sdk/schemas/plugin.schema.json': json(PluginManifest),
  'core/sdk/schemas/tool.schema.json': json(ToolManifest),
  'core/sdk/schemas/case.schema.json': json(Case),
  'core/sdk/schemas/result.schema.json': json(ResultDocument),
  'core/sdk/schemas/report.schema.json': json(Report),
};

async function current(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

for (const [name, make] of Object.entries(generated)) {
  const file = path.join(root, name);
  const text = await make();
  if ((await current(file)) === text) continue;
  if (check) {
    process.stdout.write(`${name} is not what \`npm run generate\` makes\n`);
    process.exitCode = 1;
  } else {
    await writeFile(file, text);
    process.stdout.write(`${name} written\n`);
  }
}
