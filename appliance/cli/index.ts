export { describeCli } from './describe.ts';
export { exitCodes } from './exit.ts';
export { runCli } from './program.ts';
