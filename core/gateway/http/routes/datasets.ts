import { Readable } from 'node:stream';
import {
  acceptedMediaTypes,
  getDataset,
  getLineage,
  listDatasets,
  readDataset,
  receiveDataset,
} from '../../../domain/datasets/index.ts';
import {
  ContentHeaders,
  ContentQuery,
  Dataset,
  DatasetListQuery,
  DatasetPage,
  DatasetParams,
  Lineage,
  UploadQuery,
} from '../contracts/datasets.ts';
import { attachment } from '../disposition.ts';
import { defineRoute, nothing, quick, reply } from '../route.ts';

export const receiveRoute = defineRoute({
  method: 'POST',
  path: '/v1/datasets',
  id: 'receiveDataset',
  summary: 'Uploads a data set: the file itself as the body',
  auth: 'token',
  permission: 'datasets:create',
  maxBytes: 'uploads',
  timeout: null,
  params: null,
  missing: null,
  query: UploadQuery,
  headers: null,
  payload: { kind: 'stream', mediaTypes: acceptedMediaTypes },
  responses: { 201: { description: 'Received; it is profiled next.', schema: Dataset } },
  async handler({ deps, context, query, upload }) {
    const body = await receiveDataset(deps, context, { name: query.name, ...upload });
    return reply(201, body, { headers: { location: `/v1/datasets/${body.id}` } });
  },
});

export const listRoute = defineRoute({
  method: 'GET',
  path: '/v1/datasets',
  id: 'listDatasets',
  summary: 'The data sets of the workspace, newest first',
  auth: 'token',
  permission: 'datasets:read',
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: ['dataset.not_found', 'data set'],
  query: DatasetListQuery,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'A page of data sets.', schema: DatasetPage } },
  async handler({ deps, context, query }) {
    return reply(200, await listDatasets(deps, context, query));
  },
});

export const getRoute = defineRoute({
  method: 'GET',
  path: '/v1/datasets/{id}',
  id: 'getDataset',
  summary: 'A data set with its state and profile',
  auth: 'token',
  permission: 'datasets:read',
  maxBytes: 0,
  timeout: quick,
  params: DatasetParams,
  missing: ['dataset.not_found', 'data set'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The data set.', schema: Dataset } },
  async handler({ deps, context, params }) {
    return reply(200, await getDataset(deps, context, params));
  },
});

export const lineageRoute = defineRoute({
  method: 'GET',
  path: '/v1/datasets/{id}/lineage',
  id: 'getLineage',
  summary: 'What a data set was made of, and what was made of it',
  auth: 'token',
  permission: 'datasets:read',
  maxBytes: 0,
  timeout: quick,
  params: DatasetParams,
  missing: ['dataset.not_found', 'data set'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The lineage.', schema: Lineage } },
  async handler({ deps, context, params }) {
    return reply(200, await getLineage(deps, context, params));
  },
});

export const contentRoute = defineRoute({
  method: 'GET',
  path: '/v1/datasets/{id}/content',
  id: 'readDataset',
  summary: 'The bytes of a data set, as uploaded or as Parquet or Arrow',
  auth: 'token',
  permission: 'datasets:export',
  maxBytes: 0,
  timeout: null,
  params: DatasetParams,
  missing: ['dataset.not_found', 'data set'],
  query: ContentQuery,
  headers: ContentHeaders,
  payload: nothing,
  responses: {
    200: { description: 'The bytes, to be saved.', mediaType: 'application/octet-stream' },
    206: { description: 'The bytes of the range.', mediaType: 'application/octet-stream' },
  },
  async handler({ deps, context, params, query, headers: asked }) {
    const request = { ...params, ...query, ...(asked.range ? { range: asked.range } : {}) };
    const { name, mediaType, bytes, body, range } = await readDataset(deps, context, request);
    const stream = Readable.from(body, { objectMode: false });
    const headers = { 'content-disposition': attachment(name), 'accept-ranges': 'bytes' };
    if (!range)
      return reply(200, stream, { mediaType, headers: { ...headers, 'content-length': String(bytes) } });
    const { first, last } = range;
    return reply(206, stream, {
      mediaType,
      headers: {
        ...headers,
        'content-length': String(last - first + 1),
        'content-range': `bytes ${first}-${last}/${bytes}`,
      },
    });
  },
});
