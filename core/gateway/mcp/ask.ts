import { AssayError } from '@assay/sdk';
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequiredResult,
  inputRequired,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { listOpenChoices, type OpenChoice } from '../../domain/tools/index.ts';
import type { Given } from './arguments.ts';
import type { Calling } from './call.ts';

const key = 'columns';

/** Whether the client can ask its user by a form, and has not done so for this call already. */
export function canAsk({ mcpReq }: ServerContext): boolean {
  const { envelope, inputResponses } = mcpReq;
  const { elicitation } =
    (envelope as Partial<Record<string, ClientCapabilities>> | undefined)?.[CLIENT_CAPABILITIES_META_KEY] ??
    {};
  const form = elicitation && (Object.keys(elicitation).length === 0 || 'form' in elicitation);
  return Boolean(form) && inputResponses === undefined;
}

/** What the user chose; it comes from the client, and goes through the same checks as what was given at once. */
export function answered({ mcpReq }: ServerContext): Record<string, unknown> {
  return acceptedContent(mcpReq.inputResponses, key) ?? {};
}

function fieldOf({ title, choices, list }: OpenChoice) {
  const options = { type: 'string' as const, enum: [...choices] };
  return list ? { type: 'array' as const, title, minItems: 1, items: options } : { ...options, title };
}

/**
 * Asks for the columns that a refused call left open.
 * @returns undefined where that is not what was wrong, or the data set has none that would do
 */
export async function askForColumns(
  { deps, context, canAsk: able }: Calling,
  tool: string,
  { inputs, params = {} }: Given,
  refusal: unknown,
): Promise<InputRequiredResult | undefined> {
  if (!able || !AssayError.is(refusal, 'tool.input_invalid')) return undefined;
  const open = await listOpenChoices(deps, context, { tool, inputs, params });
  if (open.length === 0) return undefined;
  return inputRequired({
    inputRequests: {
      [key]: inputRequired.elicit({
        message: `Which columns does ${tool} take? ${open.map(({ title }) => title).join(', ')} ${open.length === 1 ? 'is' : 'are'} open.`,
        requestedSchema: {
          type: 'object',
          properties: Object.fromEntries(open.map((choice) => [choice.parameter, fieldOf(choice)])),
          required: open.map(({ parameter }) => parameter),
        },
      }),
    },
  });
}
