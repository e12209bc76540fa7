import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describeConfig } from '@assay/core';
import { describeAccess, generateOpenapi } from '@assay/core/api';
import {
  Case,
  digestDirectory,
  errorCodes,
  PluginManifest,
  Report,
  ResultDocument,
  ToolManifest,
} from '@assay/sdk';
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

async function admittedPlugins(): Promise<string> {
  const folder = path.join(root, 'plugins');
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((e) => e.isDirectory())
    .map((e) => e.name);
  const digests: Record<string, string> = {};
  for (const name of names.sort()) digests[name] = await digestDirectory(path.join(folder, name));
  return `${JSON.stringify(digests, null, 2)}\n`;
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
  'plugins/admitted.json': admittedPlugins,
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
