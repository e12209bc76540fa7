import { createTrial } from '../base/validation/trial.ts';
import type { PluginOffice, PluginSource } from '../domain/plugins/index.ts';
import {
  changeStanding,
  type Gate,
  giveInstalled,
  install,
  readInstalled,
  readLastRevocations,
  removeVersion,
  sourceOf,
  stockRelease,
  takeRevocations,
} from '../domain/plugins/installed/index.ts';
import { packPlugin } from '../domain/plugins/package/index.ts';
import type { ReadPolicy, ReleaseList } from '../domain/plugins/trust/index.ts';

/** The office in the process of a test; the appliance has it in one of its own for each errand. */
export function testOffice(options: {
  readonly store: string;
  readonly shipped: readonly PluginSource[];
  readonly policy: ReadPolicy;
  readonly onChange: (sources: readonly PluginSource[]) => Promise<void>;
}): PluginOffice {
  const { store, policy, onChange } = options;
  const shipped = options.shipped.filter(({ trust }) => trust === 'shipped');
  const others = options.shipped.filter(({ trust }) => trust !== 'shipped');
  const stock = { folders: shipped.map(({ directory }) => directory), by: 'Assay' };
  const readRelease = async (): Promise<ReleaseList> =>
    Object.fromEntries(
      await Promise.all(
        shipped.map(async ({ name, directory }) => {
          const { version, digest } = await packPlugin(directory);
          return [name, { [version]: digest }] as const;
        }),
      ),
    );
  let release: Promise<ReleaseList> | undefined;
  async function within<T>(work: (gate: Gate) => Promise<T>): Promise<T> {
    release ??= readRelease();
    const trial = createTrial();
    const revocations = await readLastRevocations(store, policy);
    const gate = { store, policy, release: await release, trial, now: new Date(), revocations };
    const all = async () => {
      await stockRelease(gate, stock);
      return work(gate);
    };
    return all().finally(() => trial.close());
  }
  async function changed<T>(work: (gate: Gate) => Promise<T>): Promise<T> {
    const done = await within(work);
    const installed = await readInstalled(store);
    const found = await within((gate) => Promise.all(installed.map((each) => sourceOf(each, gate))));
    await onChange([...others, ...found]);
    return done;
  }
  return {
    install: (given) => changed((gate) => install(gate, given)),
    setStanding: (which, standing) => changed(() => changeStanding(store, which, standing)),
    give: (which) => within(() => giveInstalled(store, which)),
    remove: (which) => changed((gate) => removeVersion(gate, stock, which)),
    revoke: (list) => changed(() => takeRevocations(store, policy, list)),
  };
}
