import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { LoadedTool } from '@assay/core/plugins';
import { createValidator } from '@assay/core/validation';
import { drawFigure } from '@assay/runtime-render/figures';
import {
  type Case,
  type CaseOutcome,
  checkColumns,
  checkFigure,
  digestResult,
  filesOfCase,
  type JobInput,
  mediaTypes,
  ResultDocument,
  type Runtime,
  readToolPrograms,
  sha256,
  Table,
} from '@assay/sdk';
import { readData } from './data.ts';
import { type Answer, talk } from './talk.ts';

/** What a run of a case came to. */
export interface CaseRun extends CaseOutcome {
  /** Of the result, by which two runs are the same; none where the tool refused. */
  readonly digest?: string;
  /** Where the tool does not keep its own manifest or the contract of results; one line a finding. */
  readonly unsound: readonly string[];
}

export interface CaseRunner {
  /** Runs a case in each of these runtimes at the same time; once only where it is refused before a runtime is asked. */
  run(tool: LoadedTool, directory: string, golden: Case, places: readonly Runtime[]): Promise<CaseRun[]>;
}

/** `case.json` of a tool. */
export async function readCase(directory: string, id: string): Promise<Case> {
  return JSON.parse(await readFile(path.join(directory, 'cases', id, 'case.json'), 'utf8')) as Case;
}

/**
 * Golden cases by the road of a job: the table runtime reads the CSV, parameters and columns are held against the manifest,
 * the tool runs in its runtime, and what it says is held against the contract and the manifest.
 * @param table reads the data
 */
export function createCaseRunner(table: Runtime): CaseRunner {
  const validator = createValidator();
  const checkResult = validator.compile(ResultDocument);
  const checkTable = validator.compile(Table);

  /** Everything that the product checks of a result before it believes it. */
  async function verify(tool: LoadedTool, result: ResultDocument, blobs: Answer['blobs']): Promise<string[]> {
    const unsound: string[] = [];
    const hold = (what: string, issues: readonly { readonly detail: string }[]) =>
      unsound.push(...issues.map(({ detail }) => `${what}: ${detail}`));
    hold('the result', checkResult(result));
    if (unsound.length > 0) return unsound;
    hold('its values, against "output" of tool.json', tool.checkOutput(result.values, '/values'));
    const made = result.datasets ?? [];
    const named = [...result.tables, ...result.figures, ...made].map((each) => each.blob).sort();
    const sent = [...blobs.keys()].sort();
    if (named.join() !== sent.join())
      return [...unsound, `the result names the blobs ${named.join(', ')}, sent were ${sent.join(', ')}`];
    const bytesOf = (blob: string) => blobs.get(blob) ?? Buffer.alloc(0);
    const read = (blob: string) => JSON.parse(bytesOf(blob).toString('utf8')) as object;
    for (const { blob } of made) {
      // A new data set is read as every data set is.
      const { rows } = await readData(table, bytesOf(blob), mediaTypes.arrow);
      if (rows === 0) unsound.push(`data set ${blob} has no rows`);
    }
    for (const { name, blob } of result.tables) hold(`table ${name}`, checkTable(read(blob)));
    for (const { name, blob, title, alt } of result.figures) {
      hold(`figure ${name}`, checkFigure(read(blob)));
      const svg = await drawFigure({ ...read(blob) }, name, title, alt);
      if (!svg.startsWith('<svg')) unsound.push(`figure ${name} cannot be drawn`);
    }
    const known = new Set(tool.manifest.assumptions.map(({ id }) => id));
    for (const { id } of result.assumptions)
      if (!known.has(id)) unsound.push(`the assumption "${id}" is not declared in tool.json`);
    return unsound;
  }

  function outcomeOf(tool: LoadedTool, { error, result, blobs }: Answer, unsound: string[]): CaseRun {
    if (result) {
      const digests = [...blobs].map(([name, bytes]) => ({ name, digest: sha256(bytes) }));
      const { values, warnings } = result;
      return { values, warnings, digest: digestResult(result, digests), unsound };
    }
    const { class: kind = '', code = '', message = '' } = error ?? {};
    const declared = tool.manifest.refusals.some((r) => r.class === kind && r.code === code);
    if (!declared) unsound.push(`the refusal ${kind}/${code} is not declared in tool.json: ${message}`);
    return { error: { class: kind, code }, unsound };
  }

  return {
    async run(tool, directory, golden, places) {
      const params = structuredClone(golden.params);
      const wrong = tool.checkParameters(params, '/params');
      if (wrong.length > 0)
        return [{ unsound: wrong.map(({ detail }) => `the parameters of the case: ${detail}`) }];
      const { program, limits, inputs } = tool.manifest;
      const given = await Promise.all(
        Object.entries(
          filesOfCase(
            golden,
            inputs.map(({ slot }) => slot),
          ),
        ).map(async ([slot, file]) => {
          const bytes = await readFile(path.join(directory, 'cases', golden.id, file));
          return { slot, ...(await readData(table, bytes)) };
        }),
      );
      const columns = Object.fromEntries(given.map((each) => [each.slot, each.columns]));
      const [issue] = checkColumns(tool.manifest.parameters, params, columns);
      if (issue) return [{ error: { class: 'input', code: issue.code }, unsound: [] }];
      const { files, twice } = await readToolPrograms(path.dirname(directory), path.basename(directory));
      if (twice)
        return [{ unsound: [`${twice} is beside plugin.json and beside tool.json; a run cannot have both`] }];
      const subject = {
        ...{ tool: tool.name, version: tool.version, program, limits },
        code: new Map(files.map(({ name, bytes }) => [name, bytes])),
      };
      const data = given.map(({ slot, columns: described, rows, arrow }) => {
        const size = { bytes: arrow.length, digest: sha256(arrow) };
        const input: JobInput = { slot, format: 'arrow', ...size, schema: { rows, columns: described } };
        return { input, body: arrow };
      });
      const once = async (runtime: Runtime): Promise<CaseRun> => {
        const answer = await talk(runtime, subject, golden.seed, params, data);
        const { result, blobs } = answer;
        return outcomeOf(tool, answer, result ? await verify(tool, result, blobs) : []);
      };
      return Promise.all((golden.expect_error ? places.slice(0, 1) : places).map(once));
    },
  };
}
