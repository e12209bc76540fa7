import { acceptedMediaTypes, receiveDataset } from '../../../domain/datasets/index.ts';
import { createUploadAddress, useUploadAddress } from '../../../domain/identity/index.ts';
import { Dataset } from '../contracts/datasets.ts';
import { UploadAddress, UploadOffer, UploadParams } from '../contracts/uploads.ts';
import { defineRoute, quick, reply } from '../route.ts';

export const offerRoute = defineRoute({
  method: 'POST',
  path: '/v1/uploads',
  id: 'createUploadAddress',
  summary: 'An address that takes one data set within ten minutes, without a token',
  auth: 'token',
  permission: 'datasets:create',
  maxBytes: 4096,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: { kind: 'json', schema: UploadOffer },
  responses: { 201: { description: 'The address, shown this once.', schema: UploadAddress } },
  async handler({ deps, context, origin, payload }) {
    const { secret, expiresAt } = await createUploadAddress(deps, context, payload);
    return reply(201, { url: `${origin}/v1/uploads/${secret}`, expiresAt });
  },
});

export const takeRoute = defineRoute({
  method: 'POST',
  path: '/v1/uploads/{secret}',
  id: 'uploadToAddress',
  summary: 'Uploads a data set to such an address: the file itself as the body',
  auth: 'none',
  permission: null,
  maxBytes: 'uploads',
  timeout: null,
  params: UploadParams,
  missing: ['upload.not_found', 'upload'],
  query: null,
  headers: null,
  payload: { kind: 'stream', mediaTypes: acceptedMediaTypes },
  responses: { 201: { description: 'Received; it is profiled next.', schema: Dataset } },
  async handler({ deps, params, upload, requestId, client, signal }) {
    const { client: shown, name, ...who } = await useUploadAddress(deps, params.secret);
    const log = deps.log.child({ requestId });
    const context = { ...who, requestId, client: { ...client, id: shown }, signal, log };
    return reply(201, await receiveDataset(deps, context, { name, ...upload }));
  },
});
