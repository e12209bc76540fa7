export { connectRun, describeRunner, type RunInput, type RunRequest } from './connect.ts';
export type { RunEvent, Runner, RunTimings } from './events.ts';
