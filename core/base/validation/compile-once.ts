import { type Check, createValidator } from './index.ts';

/** The check of one of our own schemas, compiled when it is first asked for, and once. */
export function compileOnce(schema: object): Check {
  let compiled: Check | undefined;
  return (value, pointer) => {
    compiled ??= createValidator().compile(schema);
    return compiled(value, pointer);
  };
}
