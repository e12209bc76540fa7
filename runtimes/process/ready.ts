import { AssayError, type Frame, ReadyLine } from '@assay/sdk';
import { Compile } from 'typebox/compile';

const check = Compile(ReadyLine);

/**
 * The first line of a program, which says that it waits for its run.
 * @throws AssayError `run.protocol_violated`
 */
export async function takeReady(output: AsyncGenerator<Frame, void>): Promise<ReadyLine> {
  const { value: first } = await output.next();
  if (check.Check(first?.header)) return first.header;
  throw new AssayError('run.protocol_violated', 'its first line is not "ready" as run/1 has it');
}
