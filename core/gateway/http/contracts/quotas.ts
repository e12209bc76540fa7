import { Type } from 'typebox';
import { resources } from '../../../domain/quotas/index.ts';
import { IdParams, shape, Time } from './schema.ts';

const ResourceName = Type.Enum([...resources], {
  description:
    '`jobs`: that wait or run, or whose upload has begun; `cpu_seconds`: in a calendar month (UTC); `stored_bytes`: of data sets and reports.',
});

export const SetQuotaBody = shape({
  resource: ResourceName,
  limit: Type.Union(
    [
      Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER - 1 }),
      Type.Enum(['unlimited', 'default'], { description: '`default`: that of the installation.' }),
    ],
    { description: 'Jobs, seconds or bytes.' },
  ),
});
export const SetQuotaParams = IdParams;

const Quota = shape(
  {
    resource: ResourceName,
    limit: Type.Optional(Type.Number({ minimum: 0, description: 'Not there where there is none.' })),
    own: Type.Boolean({ description: 'Set for this workspace, and not that of the installation.' }),
    used: Type.Number({ minimum: 0 }),
    reserved: Type.Number({
      minimum: 0,
      description: 'Held for what waits, runs or is being uploaded; what of it was not needed is given back.',
    }),
    resetsAt: Type.Optional(Time),
  },
  'quota',
);
export const QuotaList = shape({ items: Type.Array(Quota) }, 'quota-list');
