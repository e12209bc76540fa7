import type { DataSchema, Report, ResultDocument, RuntimeDescription, Table } from '@assay/sdk';
import { digestJson } from '@assay/sdk';
import type { LoadedTool } from '../plugins/index.ts';

/** A table or figure as it came back from a run, with the digest that the runner took. */
export interface ReturnedBlob {
  readonly digest: string;
  readonly json: unknown;
}

export interface ReportInput {
  readonly slot: string;
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly schema: Pick<DataSchema, 'rows' | 'columns'> | undefined;
}

export interface ReportSource {
  readonly id: string;
  readonly tool: LoadedTool;
  readonly inputs: readonly ReportInput[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly result: ResultDocument;
  readonly resultDigest: string;
  readonly blobs: ReadonlyMap<string, ReturnedBlob>;
  /** New data sets. */
  readonly made: readonly { readonly id: string; readonly name: string; readonly digest: string }[];
  readonly runtime: RuntimeDescription;
  readonly job: string;
  readonly workspace: string;
  readonly principal: string;
  readonly submitted: Date;
  readonly started: Date;
  readonly finished: Date;
  readonly seconds: number;
  readonly attempt: number;
  readonly assay: string;
}

function blobOf(source: ReportSource, id: string): ReturnedBlob {
  const blob = source.blobs.get(id);
  if (!blob) throw new TypeError(`no blob ${id}`);
  return blob;
}

const unsigned: ResultDocument['warnings'][number] = {
  code: 'PLUGIN_UNSIGNED',
  severity: 'result_doubtful',
  message: 'The tool is under development: nobody signed it, and nobody vouches for this result.',
};

/** Puts together the one document from which every rendering is made. */
export function buildReport(source: ReportSource): Report {
  const { tool, result, runtime } = source;
  const { manifest, plugin } = tool;
  return {
    format: 'assay-report/1',
    id: source.id,
    title: manifest.title,
    question: manifest.question,
    summary: result.summary,
    tool: {
      name: tool.name,
      version: tool.version,
      title: manifest.title,
      runtime: runtime.name,
      shipped: plugin.trust === 'shipped',
    },
    data: source.inputs.map(({ slot, id, name, digest, schema }) => ({
      slot,
      id,
      name,
      digest,
      rows: schema?.rows ?? 0,
      columns: schema?.columns.length ?? 0,
    })),
    ...(source.made.length > 0 ? { made: [...source.made] } : {}),
    parameters: { ...source.params },
    method: result.method,
    assumptions: result.assumptions,
    warnings: plugin.signature === 'unsigned' ? [unsigned, ...result.warnings] : result.warnings,
    dropped: result.dropped,
    tables: result.tables.map(({ name, title, blob }) => {
      const { digest, json } = blobOf(source, blob);
      return { name, title, digest, table: json as Table };
    }),
    figures: result.figures.map(({ name, title, alt, blob }) => {
      const { digest, json } = blobOf(source, blob);
      return { name, title, alt, digest, spec: json as Record<string, unknown> };
    }),
    values: result.values,
    nonfinite: result.nonfinite,
    citations: manifest.citations,
    ...(result.code ? { code: result.code } : {}),
    resultDigest: source.resultDigest,
    provenance: {
      job: source.job,
      workspace: source.workspace,
      principal: source.principal,
      submitted: source.submitted.toISOString(),
      started: source.started.toISOString(),
      finished: source.finished.toISOString(),
      seed: source.seed,
      threads: 1,
      seconds: source.seconds,
      attempt: source.attempt,
      plugin: { name: plugin.name, version: plugin.version, digest: plugin.digest },
      runtime: {
        name: runtime.name,
        version: runtime.version,
        isolation: runtime.isolation,
        image: runtime.image,
      },
      parametersDigest: digestJson(source.params),
      assay: source.assay,
    },
  };
}
