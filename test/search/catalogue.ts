import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type LoadedTool, loadPlugins } from '@assay/core/plugins';
import { createValidator } from '@assay/core/validation';
import { type ColumnProfile, digestDirectory, type Profile } from '@assay/sdk';

const here = import.meta.dirname;

async function toolsIn(folder: string): Promise<LoadedTool[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const sources = entries
    .filter((e) => e.isDirectory())
    .map(async ({ name }) => {
      const directory = path.join(folder, name);
      return { name, directory, admitted: await digestDirectory(directory), trust: 'shipped' as const };
    });
  const { plugins } = await loadPlugins(createValidator(), await Promise.all(sources));
  for (const { name, reasons } of plugins) if (reasons.length > 0) throw new Error(`${name}: ${reasons}`);
  return plugins.flatMap(({ tools }) => tools).filter(({ manifest }) => manifest.visibility !== 'system');
}

/** The tools that are there, and those that the catalogue plans among its first, of which there are manifests alone. */
export async function readCatalogue(): Promise<LoadedTool[]> {
  return [
    ...(await toolsIn(path.join(here, '../../plugins'))),
    ...(await toolsIn(path.join(here, 'catalogue'))),
  ];
}

export interface Question {
  readonly ask: string;
  readonly tool: string;
  readonly data: string;
  readonly also?: readonly string[];
}

const read = async (file: string) => JSON.parse(await readFile(path.join(here, file), 'utf8'));

export async function readQuestions(): Promise<readonly Question[]> {
  return (await read('questions.json')).questions;
}

type Row = readonly [name: string, roles: ColumnProfile['roles'], distinct: number];

/** Profiles of the data sets that the questions are about, by name. */
export async function readProfiles(): Promise<ReadonlyMap<string, Profile>> {
  const { about: _, ...sets } = await read('data.json');
  const column = ([name, roles, distinct]: Row): ColumnProfile => ({
    ...{ name, roles, distinct, missing: 0, top: [], constant: false },
    role: roles[0] ?? 'text',
    type: roles.includes('numeric') ? 'number' : roles.includes('time') ? 'date' : 'text',
  });
  return new Map(
    Object.entries(sets as Record<string, { rows: number; columns: Row[] }>).map(
      ([name, { rows, columns }]) => [name, { rows, format: 'csv', notes: [], columns: columns.map(column) }],
    ),
  );
}
