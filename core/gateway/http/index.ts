export { localUrl } from './networks.ts';
export { generateOpenapi } from './openapi.ts';
export { operations } from './operations.ts';
export { createServer, type HttpSettings, type ServerOptions } from './server.ts';
export type { WebMount } from './web.ts';
