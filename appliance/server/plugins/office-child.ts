import {
  changeStanding,
  type Gate,
  giveInstalled,
  install,
  readLastRevocations,
  removeInstalled,
  takeRevocations,
} from '@assay/core/plugins/installed';
import { noTrust, type Revocations, readPolicy } from '@assay/core/plugins/trust';
import { createTrial } from '@assay/core/validation/trial';
import { AssayError } from '@assay/sdk';
import type { Answer, PluginRequest } from '../messages.ts';
import { findDevelopment, findInstalled, findOwn } from './find.ts';
import type { Errand, Found } from './messages.ts';
import { findShipped } from './shipped.ts';

/**
 * A process for one errand: it reads what strangers packed, so that no process that lives on does.
 */
async function carryOut(gate: Gate, request: PluginRequest): Promise<unknown> {
  if (request.method === 'install') {
    const [{ package: bytes, signatures, by }] = request.given;
    return install(gate, { package: Buffer.from(bytes), signatures, by });
  }
  if (request.method === 'setStanding') return changeStanding(gate.store, ...request.given);
  if (request.method === 'give') return giveInstalled(gate.store, ...request.given);
  if (request.method === 'remove') return removeInstalled(gate.store, ...request.given);
  const { number, expires } = await takeRevocations(gate.store, gate.policy, ...request.given);
  return { number, expires };
}

async function answerOf(work: () => Promise<unknown>): Promise<Answer> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!AssayError.is(error)) throw error;
    return { error: { code: error.code, message: error.message, issues: error.issues } };
  }
}

async function run({ store, policy: text, own, development, request, fips }: Errand): Promise<Found> {
  if (fips) (await import('@assay/core/fips')).selfTestFips();
  const policy = text === undefined ? noTrust : readPolicy(text);
  const shipped = await findShipped();
  const names = shipped.map(({ name }) => name);
  const trial = createTrial();
  try {
    const last = async (): Promise<Revocations | undefined> => readLastRevocations(store, policy);
    const revocations = await last();
    const gate = {
      store,
      policy,
      trial,
      shipped: names,
      now: new Date(),
      ...(revocations ? { revocations } : {}),
    };
    const answer = request ? await answerOf(() => carryOut(gate, request)) : { value: undefined };
    const installed = await findInstalled(store, policy, await last());
    const given = [
      ...(await findOwn(own, trial, names)),
      ...(await findDevelopment(development, trial, names)),
    ];
    return { answer, plugins: [...shipped, ...given, ...installed] };
  } finally {
    await trial.close();
  }
}

process.once('message', async (errand: Errand) => {
  const done = await answerOf(() => run(errand));
  process.send?.(done, () => process.disconnect());
});
