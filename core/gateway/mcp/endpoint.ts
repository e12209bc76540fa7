import { AssayError } from '@assay/sdk';
import {
  type CallToolResult,
  createMcpHandler,
  type InputRequiredResult,
  type McpRequestContext,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Check } from '../../base/validation/index.ts';
import type { Context } from '../../domain/access/index.ts';
import type { Deps } from '../../domain/deps.ts';
import { listPinnedTools, listTools } from '../../domain/tools/index.ts';
import { describeProblem } from '../problem.ts';
import { compileArguments, requireArguments } from './arguments.ts';
import { answered, canAsk } from './ask.ts';
import { type Calling, callTool } from './call.ts';
import { complete } from './completion.ts';
import { mcpName, projectTool, toolName } from './projection.ts';
import { getPrompt, listPrompts } from './prompts.ts';
import { listResources, readResource, resourceTemplates } from './resources.ts';
import { showProblem } from './results.ts';
import { insufficientScope, missingScopes } from './scope.ts';
import { compileOwnTools, ownTools, showOwnTool } from './tools/index.ts';

/** Who asks, and over what. */
export interface McpCall {
  readonly context: Context;
  readonly origin: string;
  readonly stopping: AbortSignal;
}

/** The MCP endpoint as a web-standard handler under its address. Authentication is done before it. */
export interface McpMount {
  readonly path: string;
  answer(request: Request, call: McpCall): Promise<Response>;
  /** Tells whoever listens that there are other tools now. */
  pluginsChanged(): void;
  close(): Promise<void>;
}

const instructions =
  'Analyses on the data of one workspace. list_datasets gives the data sets, describe_dataset their columns. search_tools finds ' +
  'the analysis for a question, describe_tool says what it takes, run_tool runs it as a job; some are listed as tools of their own. ' +
  'Read the warnings and the failed assumptions to the user before the result.';

/** Callers who are not told progress give up after a minute as a rule; they are given the job before. */
const patienceMs = 45_000;

/** Tells progress to a caller that asked for it; it only ever grows, as MCP wants it. */
function teller({ mcpReq }: ServerContext) {
  const progressToken = mcpReq._meta?.progressToken;
  let told = -1;
  return async (progress: number, message: string) => {
    if (progressToken === undefined || progress <= told) return;
    told = progress;
    await mcpReq.notify({
      method: 'notifications/progress',
      params: { progressToken, progress, total: 1, message },
    });
  };
}

async function isKnown(deps: Deps, context: Context, name: string): Promise<boolean> {
  return (await listTools(deps, context)).some((tool) => mcpName(tool.name) === name);
}

/** An error as one of ours; the log has what a caller is not told. */
function known(thrown: unknown, log: Context['log']): AssayError {
  const error = AssayError.is(thrown)
    ? thrown
    : new AssayError('internal.unexpected', 'An unexpected error reached the endpoint.', { cause: thrown });
  if (error.status >= 500) log.error({ err: error }, 'a request over MCP failed');
  return error;
}

/** A method that has no result for what was refused: an error of the protocol, with our code. */
function refuse(thrown: unknown, { requestId, log }: Context): never {
  if (thrown instanceof ProtocolError) throw thrown;
  const { code, detail } = describeProblem(known(thrown, log), requestId);
  const data = { 'assay/code': code, 'assay/request': requestId };
  throw new ProtocolError(ProtocolErrorCode.InvalidRequest, detail, data);
}

/** What may be kept for a minute, by the caller alone: whoever else asks may see something else. */
async function kept<T extends object>(context: Context, work: () => Promise<T>) {
  try {
    return { ...(await work()), ttlMs: 60_000, cacheScope: 'private' as const };
  } catch (thrown) {
    return refuse(thrown, context);
  }
}

const listAll = (deps: Deps, context: Context) =>
  kept(context, async () => {
    const pinned = (await listPinnedTools(deps, context)).map(projectTool);
    return { tools: [...[...ownTools.values()].map(showOwnTool), ...pinned] };
  });

/** Arguments of a call with what its user was asked for since; what was given at once is not asked for. */
function withAnswers(
  given: Record<string, unknown>,
  answers: Record<string, unknown>,
): Record<string, unknown> {
  if (Object.keys(answers).length === 0) return given;
  return { ...given, params: { ...answers, ...(given.params as object | undefined) } };
}

interface Checks {
  /** Of any installed tool. */
  readonly installed: Check;
  readonly own: ReadonlyMap<string, Check>;
}

async function call(
  deps: Deps,
  checks: Checks,
  asked: McpCall,
  leavingCancels: boolean,
  request: { readonly name: string; readonly arguments?: Record<string, unknown> | undefined },
  ctx: ServerContext,
): Promise<CallToolResult | InputRequiredResult> {
  const signal = AbortSignal.any([asked.context.signal, ctx.mcpReq.signal]);
  const context = { ...asked.context, signal };
  const own = ownTools.get(request.name);
  const given = withAnswers(request.arguments ?? {}, answered(ctx));
  try {
    if (!own && !(await isKnown(deps, context, request.name)))
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `There is no tool "${request.name.slice(0, 100)}".`,
      );
    requireArguments(own ? (checks.own.get(own.name) as Check) : checks.installed, given);
    const { origin, stopping } = asked;
    const told = ctx.mcpReq._meta?.progressToken !== undefined;
    const calling: Calling = {
      ...{ deps, context, origin, stopping, leavingCancels },
      patienceMs: told ? undefined : patienceMs,
      canAsk: canAsk(ctx),
      progress: teller(ctx),
    };
    return await (own ? own.call(calling, given) : callTool(calling, toolName(request.name), given));
  } catch (thrown) {
    if (thrown instanceof ProtocolError) throw thrown;
    return showProblem(known(thrown, context.log), context.requestId);
  }
}

const capabilities = {
  tools: { listChanged: true },
  resources: { listChanged: true },
  prompts: {},
  completions: {},
};

/** Whoever listens asks again after this long, with a token that is good then. */
const longestListeningMs = 10 * 60_000;

/** A stream without an end of its own ends with the token's time, and with the server. */
function bounded(request: Request, text: string, stopping: AbortSignal): Request {
  if (!/"subscriptions\/listen"/.test(text)) return request;
  const signal = AbortSignal.any([request.signal, stopping, AbortSignal.timeout(longestListeningMs)]);
  return new Request(request, { signal });
}

/** gateway/mcp: the installed tools, as their manifests have them, over Streamable HTTP. */
export function createMcpMount(deps: Deps, version: string): McpMount {
  const checks = { installed: compileArguments(deps.validator), own: compileOwnTools(deps.validator) };

  function serve({ era, authInfo }: McpRequestContext): Server {
    const asked = authInfo?.extra as unknown as McpCall;
    const server = new Server({ name: 'assay', title: 'Assay', version }, { capabilities, instructions });
    server.setRequestHandler('tools/list', () => listAll(deps, asked.context));
    server.setRequestHandler('tools/call', ({ params }, ctx) =>
      call(deps, checks, asked, era === 'modern', params, ctx),
    );
    const { context } = asked;
    server.setRequestHandler('resources/list', () =>
      kept(context, async () => ({ resources: await listResources(deps, context) })),
    );
    server.setRequestHandler('resources/templates/list', () =>
      kept(context, async () => ({ resourceTemplates: [...resourceTemplates] })),
    );
    server.setRequestHandler('resources/read', ({ params }) =>
      kept(context, () => readResource(deps, context, params.uri)),
    );
    server.setRequestHandler('prompts/list', () => kept(context, async () => ({ prompts: listPrompts() })));
    server.setRequestHandler('prompts/get', ({ params }) => getPrompt(params.name, params.arguments));
    server.setRequestHandler('completion/complete', ({ params }) =>
      complete(deps, context, params).catch((thrown: unknown) => refuse(thrown, context)),
    );
    return server;
  }

  const handler = createMcpHandler(serve, {
    onerror: (err) => deps.log.warn({ err }, 'an MCP exchange broke off'),
  });
  return {
    path: '/mcp',
    async answer(request, asked) {
      const { context, origin, stopping } = asked;
      const text = await request.clone().text();
      const missing = missingScopes(text, context);
      if (missing.length > 0) return insufficientScope(missing, origin);
      return handler.fetch(bounded(request, text, stopping), {
        // The token stays at the door: who it belongs to is all that goes further.
        authInfo: { token: '', clientId: context.principal.id, scopes: [], extra: { ...asked } },
      });
    },
    pluginsChanged() {
      handler.notify.toolsChanged();
      handler.notify.resourcesChanged();
    },
    close: () => handler.close(),
  };
}
