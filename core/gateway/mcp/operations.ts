import type { Permission } from '../../domain/access/index.ts';
import { ownTools } from './tools/index.ts';

/** What can be asked for over MCP, and the permissions that it takes, each of them. */
export const mcpOperations: readonly {
  readonly name: string;
  readonly permissions: readonly Permission[];
}[] = [
  { name: 'tools/list', permissions: ['tools:read'] },
  { name: 'resources/list', permissions: ['tools:read', 'datasets:read', 'jobs:read'] },
  { name: 'resources/read of a data set', permissions: ['datasets:read'] },
  { name: 'resources/read of a report', permissions: ['reports:read'] },
  { name: 'resources/read of a tool', permissions: ['tools:read'] },
  ...[...ownTools.values()].map(({ name, permissions }) => ({ name: `tools/call ${name}`, permissions })),
  { name: 'tools/call of an installed tool', permissions: ['tools:read', 'jobs:submit'] },
];
