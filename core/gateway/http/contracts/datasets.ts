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
    madeBy: Type.Optional(
      Type.String({ ...Id, description: 'The job that made it; absent where it was uploaded.' }),
    ),
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

const step = {
  id: Id,
  name: Type.String(),
  state: summary.state,
  digest: Digest,
  madeBy: Type.Optional(
    Type.Object(
      {
        job: Id,
        tool: Type.String({ description: '`prepare/filter@1.0.0`' }),
        from: Type.Array(Id, { description: 'The data sets that the job was given.' }),
      },
      { additionalProperties: false, description: 'Absent where it was uploaded.' },
    ),
  ),
};
const LineageStep = shape(step, 'lineage-step');
export const Lineage = shape(
  {
    ...step,
    ancestors: Type.Array(LineageStep, { description: 'What it was made of, the nearest first.' }),
    descendants: Type.Array(LineageStep, { description: 'What was made of it, the nearest first.' }),
  },
  'lineage',
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
