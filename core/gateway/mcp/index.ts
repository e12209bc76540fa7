export { createMcpMount } from './endpoint.ts';
export { mcpOperations } from './operations.ts';
