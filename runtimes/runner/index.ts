export { type AdmittedPlugin, type RunnerOptions, type RunningRunner, startRunner } from './runner.ts';
