import { createValidator } from './index.ts';

export interface TrialQuestion {
  readonly schema: object;
  readonly defaults: boolean;
}
export interface TrialAnswer {
  /** Why it cannot be compiled; empty where it can. */
  readonly reason: string;
}

const validator = createValidator();

process.on('message', ({ schema, defaults }: TrialQuestion) => {
  let reason = '';
  try {
    // Strangers' names decide what is compiled, never what is loaded: there is no loader.
    validator.compile(schema, { defaults })({});
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  process.send?.({ reason } satisfies TrialAnswer);
});
