/** How a client reaches the server. */
export interface Reach {
  readonly url: string;
  /** The `assay` command as a program and its arguments, for clients that start one. */
  readonly command: readonly string[];
}

interface ClientConfig {
  /** Where the client looks for it. */
  readonly file: string;
  readonly make: (reach: Reach) => unknown;
}

const http = ({ url }: Reach) => ({ type: 'http', url: `${url}/mcp` });

function stdio({ url, command: [command, ...args] }: Reach) {
  return { command, args: [...args, 'mcp'], env: { ASSAY_URL: url } };
}

/** Configurations by client, as the documentation of each has them. */
export const clientConfigs: Readonly<Record<string, ClientConfig>> = {
  vscode: { file: '.vscode/mcp.json', make: (reach) => ({ servers: { assay: http(reach) } }) },
  cursor: {
    file: '.cursor/mcp.json',
    make: ({ url }) => ({ mcpServers: { assay: { url: `${url}/mcp` } } }),
  },
  // It reaches servers on the internet alone by their address; on a private network it starts the bridge.
  'claude-desktop': {
    file: 'claude_desktop_config.json',
    make: (reach) => ({ mcpServers: { assay: stdio(reach) } }),
  },
  'claude-code': { file: '.mcp.json', make: (reach) => ({ mcpServers: { assay: http(reach) } }) },
  json: {
    file: 'any client that starts a program',
    make: (reach) => ({ mcpServers: { assay: stdio(reach) } }),
  },
};
