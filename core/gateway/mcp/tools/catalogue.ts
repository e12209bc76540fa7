import { Type } from 'typebox';
import { getTool, searchTools } from '../../../domain/tools/index.ts';
import { answer, answers, Id, type OwnTool, reading } from './own-tool.ts';

const search: OwnTool = {
  name: 'search_tools',
  title: 'Find the right analysis',
  description:
    'Finds the analyses that answer a question in plain words, the likeliest first. With the data set at hand each says whether it fits, which columns it would take, and what is missing.',
  permissions: ['tools:read'],
  arguments: {
    question: Type.String({ minLength: 1, maxLength: 500, description: 'What the user wants to know.' }),
    dataset: Type.Optional(Id('Data set at hand, as in list_datasets.')),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 25, description: 'Most answers; 5 without it.' }),
    ),
  },
  output: answers('tools'),
  annotations: reading,
  async call({ deps, context }, given) {
    const { question, dataset, limit = 5 } = given as { question: string; dataset?: string; limit?: number };
    const request = { question, limit, ...(dataset === undefined ? {} : { dataset }) };
    return answer({ tools: await searchTools(deps, context, request) });
  },
};

const describe: OwnTool = {
  name: 'describe_tool',
  title: 'How to use an analysis',
  description:
    'When an analysis is right and when not, what it assumes and checks, the data sets it takes, and the JSON Schema of its parameters.',
  permissions: ['tools:read'],
  arguments: {
    tool: Type.String({
      maxLength: 100,
      description: 'As in search_tools: statistics/t-test, or with a version statistics/t-test@1.0.0.',
    }),
  },
  output: answers('name', 'version', 'inputs', 'parameters'),
  annotations: reading,
  async call({ deps, context }, { tool }) {
    const [name = '', version] = String(tool).split('@', 2);
    const view = await getTool(deps, context, { name, ...(version === undefined ? {} : { version }) });
    // What comes out is seen in the result; here it would only fill the context.
    const { output: _, ...rest } = view;
    return answer(rest);
  },
};

export const catalogueTools: readonly OwnTool[] = [search, describe];
