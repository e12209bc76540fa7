import { Profile } from '@assay/sdk';
import { Type } from 'typebox';
import { Issue } from './problem.ts';
import { Digest, Id, IdParams, pageOf, pageQuery, shape, Time } from './schema.ts';

const summary = {
  id: Id,
  name: Type.String(),
  mediaType: Type.String(),
  state: Type.Enum(['received', 'ready', 'rejected', 'erased']),
  bytes: Type.Integer({ minimum: 0, description: 'Length of the original.' }),
  digest: Digest,
  receivedAt: Time,
};

const DatasetSummary = shape(summary, 'dataset-summary');
export const DatasetPage = pageOf(DatasetSummary, 'dataset-page');

export const Dataset = shape(
  {
    ...summary,
    receivedBy: Id,
    profileJob: Type.Optional(Id),
    profile: Type.Optional(
      Type.Object(Profile.properties, {
        additionalProperties: false,
        $id: 'urn:assay:schema:profile',
        description: 'What is known of the data; present when `ready`.',
      }),
    ),
    erasedAt: Type.Optional(Time),
    reasons: Type.Optional(
      Type.Array(Issue, { description: 'What was wrong with the data; present when `rejected`.' }),
    ),
  },
  'dataset',
);

export const UploadQuery = shape({
  name: Type.String({ minLength: 1, maxLength: 400, description: 'Name for people, such as sleep.csv.' }),
});
export const DatasetListQuery = shape(pageQuery);
export const ContentQuery = shape({
  form: Type.Enum(['original', 'parquet', 'arrow'], { default: 'original', description: 'Which bytes.' }),
});
export const ContentHeaders = shape({
  range: Type.Optional(
    Type.String({ maxLength: 100, description: 'One range of bytes, such as bytes=0-65535.' }),
  ),
});
export const DatasetParams = IdParams;
