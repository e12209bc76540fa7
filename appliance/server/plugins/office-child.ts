import {
  changeStanding,
  type Gate,
  giveInstalled,
  install,
  readLastRevocations,
  removeVersion,
  type Stock,
  stockRelease,
  takeRevocations,
} from '@assay/core/plugins/installed';
import { noTrust, readPolicy } from '@assay/core/plugins/trust';
import { createTrial } from '@assay/core/validation/trial';
import { AssayError } from '@assay/sdk';
import type { Answer, PluginRequest } from '../messages.ts';
import { findDevelopment, findInstalled, findOwn } from './find.ts';
import type { Errand, Found } from './messages.ts';
import { findShipped } from './shipped.ts';

/**
 * A process for one errand: it reads what strangers packed, so that no process that lives on does.
 */
async function carryOut(gate: Gate, stock: Stock, request: PluginRequest): Promise<unknown> {
  if (request.method === 'install') {
    const [{ package: bytes, signatures, by }] = request.given;
    return install(gate, { package: Buffer.from(bytes), signatures, by });
  }
  if (request.method === 'setStanding') return changeStanding(gate.store, ...request.given);
  if (request.method === 'give') return giveInstalled(gate.store, ...request.given);
  if (request.method === 'remove') return removeVersion(gate, stock, ...request.given);
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
  const { release, stock } = await findShipped();
  const names = Object.keys(release);
  const trial = createTrial();
  try {
    const gateOfNow = async (): Promise<Gate> => {
      const revocations = await readLastRevocations(store, policy);
      return { store, policy, release, trial, now: new Date(), revocations };
    };
    const before = await gateOfNow();
    const answer = request ? await answerOf(() => carryOut(before, stock, request)) : { value: undefined };
    const gate = await gateOfNow();
    const unfit = await stockRelease(gate, stock);
    const installed = await findInstalled(gate);
    const given = [
      ...(await findOwn(own, trial, names)),
      ...(await findDevelopment(development, trial, names)),
    ];
    return { answer, plugins: [...installed, ...unfit, ...given] };
  } finally {
    await trial.close();
  }
}

// Whoever sent it is gone, and the next one may be at the same folder.
process.once('disconnect', () => process.exit(1));
process.once('message', async (errand: Errand) => {
  const done = await answerOf(() => run(errand));
  process.send?.(done, () => process.exit(0));
});
