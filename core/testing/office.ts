import { createTrial } from '../base/validation/trial.ts';
import type { PluginOffice, PluginSource } from '../domain/plugins/index.ts';
import {
  changeStanding,
  giveInstalled,
  install,
  readInstalled,
  readLastRevocations,
  removeInstalled,
  sourceOf,
  takeRevocations,
} from '../domain/plugins/installed/index.ts';
import type { ReadPolicy } from '../domain/plugins/trust/index.ts';

/** The office in the process of a test; the appliance has it in one of its own for each errand. */
export function testOffice(options: {
  readonly store: string;
  readonly shipped: readonly PluginSource[];
  readonly policy: ReadPolicy;
  readonly onChange: (sources: readonly PluginSource[]) => Promise<void>;
}): PluginOffice {
  const { store, shipped, policy, onChange } = options;
  async function changed<T>(work: Promise<T>): Promise<T> {
    const done = await work;
    const revocations = await readLastRevocations(store, policy);
    const installed = await readInstalled(store);
    await onChange([
      ...shipped,
      ...(await Promise.all(installed.map((each) => sourceOf(each, policy, revocations)))),
    ]);
    return done;
  }
  return {
    async install({ package: bytes, signatures, by }) {
      const trial = createTrial();
      const revocations = await readLastRevocations(store, policy);
      const gate = { store, policy, trial, shipped: shipped.map(({ name }) => name), now: new Date() };
      return changed(
        install({ ...gate, ...(revocations ? { revocations } : {}) }, { package: bytes, signatures, by }),
      ).finally(() => trial.close());
    },
    setStanding: (which, standing) => changed(changeStanding(store, which, standing)),
    give: (which) => giveInstalled(store, which),
    remove: (which) => changed(removeInstalled(store, which)),
    revoke: (list) => changed(takeRevocations(store, policy, list)),
  };
}
