export { createMcpMount } from './endpoint.ts';
