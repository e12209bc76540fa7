import { AssayError } from '@assay/sdk';
import { type ReadResourceResult, type Resource, ResourceNotFoundError } from '@modelcontextprotocol/server';
import type { Context } from '../../domain/access/index.ts';
import { listDatasets } from '../../domain/datasets/index.ts';
import type { Deps } from '../../domain/deps.ts';
import { listJobs } from '../../domain/jobs/index.ts';
import { getReport } from '../../domain/reports/index.ts';
import { getTool, listTools } from '../../domain/tools/index.ts';
import { describeDataset } from './tools/datasets.ts';

/** Of each kind; what is older is found by the tools. */
const newest = 50;
const mimeType = 'application/json';

/** What can be read beside what is listed. */
export const resourceTemplates = [
  {
    name: 'dataset',
    title: 'Data set',
    uriTemplate: 'assay://datasets/{dataset}',
    description: 'Rows and columns of a data set, with the roles that each column can take.',
    mimeType,
  },
  {
    name: 'report',
    title: 'Report',
    uriTemplate: 'assay://reports/{report}',
    description:
      'A whole report: what was found and how, assumptions, tables, figures, and where it comes from.',
    mimeType,
  },
  {
    name: 'tool',
    title: 'How to use a tool',
    uriTemplate: 'assay://tools/{plugin}/{tool}',
    description: 'When a tool is right, its assumptions, inputs, parameters, output and sources.',
    mimeType,
  },
] as const;

/** The newest data sets and reports, and every tool. */
export async function listResources(deps: Deps, context: Context): Promise<Resource[]> {
  const [sets, jobs, tools] = await Promise.all([
    listDatasets(deps, context, { limit: newest }),
    listJobs(deps, context, { limit: newest, state: 'succeeded' }),
    listTools(deps, context),
  ]);
  return [
    ...sets.items.map(({ id, name, receivedAt }) => ({
      ...{ uri: `assay://datasets/${id}`, name, title: `Data set ${name}`, mimeType },
      annotations: { lastModified: receivedAt },
    })),
    ...jobs.items.flatMap(({ report, tool, finishedAt }) =>
      report === undefined
        ? []
        : {
            ...{
              uri: `assay://reports/${report}`,
              name: `report-${report}`,
              title: `Report of ${tool}`,
              mimeType,
            },
            ...(finishedAt === undefined ? {} : { annotations: { lastModified: finishedAt } }),
          },
    ),
    ...tools.map(({ name, title, question }) => ({
      ...{ uri: `assay://tools/${name}`, name, title, description: question, mimeType },
    })),
  ];
}

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const slug = '[a-z][a-z0-9-]{0,39}';
type Reader = (deps: Deps, context: Context, id: string) => Promise<unknown>;
const readers: readonly (readonly [RegExp, Reader])[] = [
  [new RegExp(`^assay://datasets/(${uuid})$`), (deps, context, id) => describeDataset(deps, context, id)],
  [
    new RegExp(`^assay://reports/(${uuid})$`),
    async (deps, context, id) => JSON.parse((await getReport(deps, context, { id })).toString('utf8')),
  ],
  [
    new RegExp(`^assay://tools/(${slug}/${slug})$`),
    (deps, context, name) => getTool(deps, context, { name }),
  ],
];

/**
 * Reads what a resource is at this moment.
 * @throws ResourceNotFoundError for what is not there, and for what is of another workspace, in the same words
 */
export async function readResource(deps: Deps, context: Context, uri: string): Promise<ReadResourceResult> {
  for (const [pattern, read] of readers) {
    const [, id] = pattern.exec(uri) ?? [];
    if (id === undefined) continue;
    try {
      const text = JSON.stringify(await read(deps, context, id));
      return { contents: [{ uri, mimeType, text }] };
    } catch (error) {
      if (AssayError.is(error) && error.status === 404) break;
      throw error;
    }
  }
  throw new ResourceNotFoundError(uri.slice(0, 200));
}
