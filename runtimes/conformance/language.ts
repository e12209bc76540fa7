import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AssayError } from '@assay/sdk';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** The tools that the rules ask for, by name; each is one file of the language. */
const toolNames = [
  'reads',
  'sums',
  'says',
  'refuses',
  'breaks',
  'draws',
  'echoes',
  'unsayable',
  'shows',
  'prints',
  'place',
  'two',
  'waits',
] as const;
export type ToolName = (typeof toolNames)[number];

const Description = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 40 }),
    program: Type.String({ pattern: '^main\\.[A-Za-z]+$' }),
    comment: Type.String({ minLength: 1, maxLength: 4 }),
  },
  { additionalProperties: false },
);
const check = Compile(Description);

/** A language as the kit needs it. */
export interface Language {
  readonly name: string;
  /** The file that a tool is: `main.R`. */
  readonly program: string;
  /** What begins a comment that lasts to the end of the line. */
  readonly comment: string;
  readonly tools: Readonly<Record<ToolName, string>>;
  /** The second file of the tool `two`. */
  readonly more: string;
}

async function read(folder: string, name: string): Promise<string> {
  try {
    return await readFile(path.join(folder, name), 'utf8');
  } catch (cause) {
    throw new AssayError('config.invalid', `${folder} has no file ${name}, which the kit needs.`, { cause });
  }
}

/** Reads a folder of `languages/`, or one that is laid out as they are. */
export async function readLanguage(folder: string): Promise<Language> {
  const description: unknown = JSON.parse(await read(folder, 'language.json'));
  if (!check.Check(description))
    throw new AssayError(
      'config.invalid',
      `${folder}/language.json must have name, program ("main.R") and comment ("#"), and nothing else.`,
    );
  const extension = path.extname(description.program);
  const files = await Promise.all(toolNames.map((tool) => read(folder, `${tool}${extension}`)));
  const tools = Object.fromEntries(toolNames.map((tool, i) => [tool, files[i]]));
  return {
    ...description,
    tools: tools as Language['tools'],
    more: await read(folder, `more${extension}`),
  };
}
