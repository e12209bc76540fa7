import type { components, paths } from './generated/api.d.ts';

type Schemas = components['schemas'];

/** A data set with its state, and its profile once it is `ready`. */
export type Dataset = Schemas['Dataset'];
/** A data set as it stands in a list. */
export type DatasetSummary = Schemas['DatasetSummary'];
/** A page of data sets; `next` is what to give as `after`. */
export type DatasetPage = Schemas['DatasetPage'];
/** A tool as it stands in the catalogue. */
export type ToolSummary = Schemas['ToolSummary'];
/** Everything needed to choose and call a tool; `parameters` is a JSON Schema. */
export type Tool = Schemas['Tool'];
/** A plugin, or why it is in quarantine. */
export type Plugin = Schemas['Plugin'];
/** A job with state, progress and outcome. Times are ISO 8601 in UTC. */
export type Job = Schemas['Job'];
/** A job as it stands in a list. */
export type JobSummary = Schemas['JobSummary'];
/** A page of jobs; `next` is what to give as `after`. */
export type JobPage = Schemas['JobPage'];
/** State of a job; the last three are final. */
export type JobState = Job['state'];
/** What a job is asked with: tool, data set by input, parameters, seed. */
export type SubmitRequest = Schemas['Submit'];
/** The structured report (`assay-report/1`). */
export type Report = Schemas['Report'];
/** Who the token belongs to. */
export type Me = Schemas['Me'];
/** What the one-time sign-in token was exchanged for. */
export type SignedIn = Schemas['SignedIn'];
/** Whether the server and its parts work. */
export type Health = Schemas['Health'];
/** Problem details (RFC 9457) as the server sends them. */
export type ProblemDetails = Schemas['Problem'];
/** One place in the input where something is wrong, and what would be right. */
export type Issue = Schemas['Issue'];
/** Code of an error of the product, such as `dataset.not_found`. */
export type ErrorCode = ProblemDetails['code'];
/** Which bytes of a data set: as uploaded, or as made from it. */
export type DatasetForm = 'original' | 'parquet' | 'arrow';
/** Every address of the API with its requests and answers, for callers who need one that has no verb here. */
export type ApiPaths = paths;

/** States after which a job does not change any more. */
export const finalStates: readonly JobState[] = ['succeeded', 'failed', 'cancelled'];
