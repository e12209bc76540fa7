import { Type } from 'typebox';
import { UploadQuery } from './datasets.ts';
import { shape, Time } from './schema.ts';

export const UploadAddress = shape(
  {
    url: Type.String({
      format: 'uri',
      description: 'Takes one file as the body of a POST, without a token.',
    }),
    expiresAt: Time,
  },
  'upload-address',
);
export const UploadParams = shape({ secret: Type.String({ maxLength: 100 }) });
export const UploadOffer = shape(UploadQuery.properties);
