export { type Client, type ClientOptions, createClient, type UploadOptions } from './client.ts';
export { AssayProblem, type ProblemIssue } from './problem.ts';
export type { Dataset, DatasetSummary, Job, JobSummary, Tool, ToolSummary } from './types.ts';
