import { selfTestFips } from '@assay/core/fips';
import { explain } from './explain.ts';
import { type FipsReply, type FipsRequest, prepare } from './prepare.ts';

/** The program that `prepare.ts` starts in FIPS mode: proves that it is in it, does what it was asked, and ends. */
process.once('message', async (request: FipsRequest) => {
  let reply: FipsReply;
  try {
    const evidence = selfTestFips();
    reply = { evidence, ...(request.prepare ? { prepared: await prepare(request.prepare) } : {}) };
  } catch (error) {
    reply = { failed: explain(error) };
  }
  process.send?.(reply, undefined, undefined, () => process.disconnect());
});
