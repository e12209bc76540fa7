import type { paths } from './generated/api.d.ts';

type Answer<P extends keyof paths, M extends keyof paths[P], S extends number> = paths[P][M] extends {
  responses: { [K in S]: { content: { 'application/json': infer T } } };
}
  ? T
  : never;

/** A data set with its profile (when `ready`) or the reasons why it was rejected. */
export type Dataset = Answer<'/v1/datasets/{id}', 'get', 200>;
export type DatasetSummary = Answer<'/v1/datasets', 'get', 200>['items'][number];
/** A job: what was asked for, its state, progress, error and report. */
export type Job = Answer<'/v1/jobs/{id}', 'get', 200>;
export type JobSummary = Answer<'/v1/jobs', 'get', 200>['items'][number];
/** Everything needed to choose and call a tool. */
export type Tool = Answer<'/v1/tools/{plugin}/{tool}', 'get', 200>;
export type ToolSummary = Answer<'/v1/tools', 'get', 200>['items'][number];
