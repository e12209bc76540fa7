export { generateOpenapi } from './openapi.ts';
export { createServer, type ServerOptions } from './server.ts';
export type { WebMount } from './web.ts';
