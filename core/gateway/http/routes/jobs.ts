import { cancelJob, finalStates, getJob, listJobs, submitJob, watchJob } from '../../../domain/jobs/index.ts';
import { EventHeaders, Job, JobListQuery, JobPage, Submit, SubmitHeaders } from '../contracts/jobs.ts';
import { IdParams } from '../contracts/schema.ts';
import { eventStream } from '../events.ts';
import { defineRoute, jsonBytes, nothing, quick, reply } from '../route.ts';

export const submitRoute = defineRoute({
  method: 'POST',
  path: '/v1/jobs',
  id: 'submitJob',
  summary: 'Submits a job: one tool over data sets',
  auth: 'token',
  permission: 'jobs:submit',
  maxBytes: jsonBytes,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: SubmitHeaders,
  payload: { kind: 'json', schema: Submit },
  responses: {
    200: { description: 'The job that this Idempotency-Key has made before.', schema: Job },
    202: { description: 'Accepted; it runs soon.', schema: Job },
  },
  async handler({ deps, context, payload, headers }) {
    const key = headers['idempotency-key'];
    const request = { params: {}, ...payload, ...(key === undefined ? {} : { idempotencyKey: key }) };
    const { job, replayed } = await submitJob(deps, context, request);
    const location = `/v1/jobs/${job.id}`;
    if (replayed) return reply(200, job, { headers: { location, 'idempotency-replayed': 'true' } });
    return reply(202, job, { headers: { location } });
  },
});

export const listRoute = defineRoute({
  method: 'GET',
  path: '/v1/jobs',
  id: 'listJobs',
  summary: 'The jobs of the workspace, newest first',
  auth: 'token',
  permission: 'jobs:read',
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: ['job.not_found', 'job'],
  query: JobListQuery,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'A page of jobs.', schema: JobPage } },
  async handler({ deps, context, query }) {
    return reply(200, await listJobs(deps, context, query));
  },
});

export const getRoute = defineRoute({
  method: 'GET',
  path: '/v1/jobs/{id}',
  id: 'getJob',
  summary: 'A job with its state, progress and outcome',
  auth: 'token',
  permission: 'jobs:read',
  maxBytes: 0,
  timeout: quick,
  params: IdParams,
  missing: ['job.not_found', 'job'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The job.', schema: Job } },
  async handler({ deps, context, params }) {
    return reply(200, await getJob(deps, context, params));
  },
});

export const eventsRoute = defineRoute({
  method: 'GET',
  path: '/v1/jobs/{id}/events',
  id: 'watchJob',
  summary: 'Server-sent events `job`, one a change, until the job is finished',
  auth: 'token',
  permission: 'jobs:read',
  maxBytes: 0,
  timeout: null,
  params: IdParams,
  missing: ['job.not_found', 'job'],
  query: null,
  headers: EventHeaders,
  payload: nothing,
  responses: {
    200: { description: 'Each event holds the whole job as JSON.', mediaType: 'text/event-stream' },
    204: {
      description: 'The job is finished and all of it was seen; asking again is of no use.',
      mediaType: '',
    },
  },
  async handler({ deps, context, params, headers, stopping }) {
    const since = Number(headers['last-event-id'] ?? 0);
    const job = await getJob(deps, context, params);
    if (job.revision <= since && finalStates.includes(job.state)) return reply(204, '');
    const signal = AbortSignal.any([context.signal, stopping]);
    const jobs = watchJob(deps, { ...context, signal }, { ...params, since });
    return reply(200, eventStream(jobs, { signal, log: context.log }), { mediaType: 'text/event-stream' });
  },
});

export const cancelRoute = defineRoute({
  method: 'DELETE',
  path: '/v1/jobs/{id}',
  id: 'cancelJob',
  summary: 'Cancels a job that is not finished',
  auth: 'token',
  permission: 'jobs:cancel',
  maxBytes: 0,
  timeout: quick,
  params: IdParams,
  missing: ['job.not_found', 'job'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 202: { description: 'Cancelled, or told to stop.', schema: Job } },
  async handler({ deps, context, params }) {
    return reply(202, await cancelJob(deps, context, params));
  },
});
