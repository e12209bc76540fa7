import {
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  SdkHttpError,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';

export interface BridgeOptions {
  /** Of the server: `https://assay.example.org`. */
  readonly url: string;
  readonly token: string | undefined;
  readonly input: NodeJS.ReadStream | NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
  /** For what nobody asked for and nobody is answered with. */
  readonly complain: (text: string) => void;
}

/** Codes of JSON-RPC that MCP leaves to implementations. */
const unreachable = -32_001;
const signInFirst = -32_002;

/** What went wrong between the two ends, in words for whoever set the client up. */
function explain(error: unknown, url: string): { readonly code: number; readonly message: string } {
  if (error instanceof UnauthorizedError || (error instanceof SdkHttpError && error.status === 401))
    return {
      code: signInFirst,
      message: `${url} does not know you. Sign in first: assay login --url ${url}`,
    };
  if (error instanceof SdkHttpError)
    return { code: unreachable, message: `${url} refused: ${error.message}` };
  const why =
    error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);
  return { code: unreachable, message: `${url} does not answer: ${why}` };
}

/** An error that the server wrote as a body of its own, which the transport hands on as text. */
function errorOfServer(error: unknown): JSONRPCMessage | undefined {
  const { text } = (error as { data?: { text?: unknown } }).data ?? {};
  if (typeof text !== 'string') return undefined;
  try {
    const body = JSON.parse(text);
    return body?.jsonrpc === '2.0' && body.error ? body : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Carries messages between a client that speaks over a pipe and the server's `/mcp`, whichever revision they speak, and adds the
 * caller's token. It understands nothing of them but which answer belongs to which request.
 * @returns when the client is gone
 */
export async function bridge(options: BridgeOptions): Promise<void> {
  const { url, token, input, output, signal, complain } = options;
  const down = new StdioServerTransport(input as never, output as never);
  const up = new StreamableHTTPClientTransport(new URL('/mcp', url), {
    requestInit: token ? { headers: { authorization: `Bearer ${token}` } } : {},
  });
  const open = new Map<string | number, AbortController>();
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
  const answerDown = (message: JSONRPCMessage) => down.send(message).catch(() => leave());

  up.onmessage = (message) => {
    if ('id' in message && message.id !== undefined && !('method' in message)) open.delete(message.id);
    if (isJSONRPCResultResponse(message)) {
      const { protocolVersion } = message.result as { protocolVersion?: unknown };
      // The answer to `initialize`: from then on every request names the revision that was agreed on.
      if (typeof protocolVersion === 'string') up.setProtocolVersion(protocolVersion);
    }
    void answerDown(message);
  };
  down.onmessage = (message) => {
    const leaving = new AbortController();
    if (isJSONRPCRequest(message)) open.set(message.id, leaving);
    else if ('method' in message && message.method === 'notifications/cancelled') {
      const { requestId } = (message.params ?? {}) as { requestId?: string | number };
      // Whoever goes away has cancelled, as far as the revision has it so.
      if (requestId !== undefined) open.get(requestId)?.abort();
    }
    up.send(message, { requestSignal: leaving.signal }).catch((error: unknown) => {
      if (leaving.signal.aborted) return;
      const { code, message: text } = explain(error, url);
      if (!isJSONRPCRequest(message)) return complain(text);
      open.delete(message.id);
      const said = errorOfServer(error);
      void answerDown(said ?? { jsonrpc: '2.0', id: message.id, error: { code, message: text } });
    });
  };
  down.onerror = (error) => complain(`What came in is no message: ${error.message}`);
  down.onclose = leave;
  signal.addEventListener('abort', () => leave(), { once: true });
  await up.start();
  await down.start();
  await gone;
  for (const each of open.values()) each.abort();
  await up.close();
  await down.close();
}
