import { Type } from 'typebox';
import { createUploadAddress } from '../../../domain/identity/index.ts';
import { answer, answers, type OwnTool } from './own-tool.ts';

const upload: OwnTool = {
  name: 'upload_dataset',
  title: 'Upload a data set',
  description:
    'Gives an address that takes one file (CSV, TSV, JSON lines, Parquet, Arrow) within ten minutes, without a token, and the command that sends it. The answer to the upload has the id of the new data set; describe_dataset says when it is ready.',
  permissions: ['datasets:create'],
  arguments: {
    name: Type.String({ minLength: 1, maxLength: 200, description: 'Of the data set: sleep.csv.' }),
  },
  output: answers('url', 'expiresAt', 'command'),
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  async call({ deps, context, origin }, { name }) {
    const { secret, expiresAt } = await createUploadAddress(deps, context, { name: String(name) });
    const url = `${origin}/v1/uploads/${secret}`;
    return answer({
      ...{ url, method: 'POST', expiresAt },
      command: `curl --fail-with-body --data-binary @FILE -H 'content-type: application/octet-stream' '${url}'`,
    });
  },
};

export const uploadTools: readonly OwnTool[] = [upload];
