import type { Report } from '@assay/sdk';
import { getJob } from '../../../domain/jobs/index.ts';
import { getReport } from '../../../domain/reports/index.ts';
import { resultSchema, showReport } from '../results.ts';
import { Id, type OwnTool, reading } from './own-tool.ts';

const get: OwnTool = {
  name: 'get_report',
  title: 'Read a report',
  description:
    'The result of a finished analysis as data: what was found, warnings, assumptions with verdicts, values, and the address of the whole report.',
  permissions: ['reports:read', 'jobs:read'],
  arguments: { id: Id('Of the report, as a finished job has it.') },
  output: resultSchema({ type: 'object' }),
  annotations: reading,
  async call({ deps, context, origin }, { id }) {
    const bytes = await getReport(deps, context, { id: String(id) });
    const report = JSON.parse(bytes.toString('utf8')) as Report;
    return showReport(await getJob(deps, context, { id: report.provenance.job }), report, origin);
  },
};

export const reportTools: readonly OwnTool[] = [get];
