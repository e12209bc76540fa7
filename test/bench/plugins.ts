import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPlugin } from '@assay/authoring';
import { loadPlugins } from '@assay/core/plugins';
import { install, readInstalled, sourceOf } from '@assay/core/plugins/installed';
import { packPlugin } from '@assay/core/plugins/package';
import { makeKeyPair, readPolicy, readPrivateKey, signPackage } from '@assay/core/plugins/trust';
import { createValidator } from '@assay/core/validation';
import { createTrial } from '@assay/core/validation/trial';
import { callApi } from '../api.ts';
import { launch, startAppliance } from '../appliance.ts';
import { type Comparison, compare, median } from './measure.ts';

const pair = makeKeyPair('ed25519');
const key = readPrivateKey(pair.privatePem, 'the key');
const policyText = JSON.stringify({
  edition: '2026-11-01',
  publishers: [{ name: 'Acme', plugins: ['acme'], keys: [pair.publicPem], own: true }],
});
const policy = readPolicy(policyText);
const toolsOfEach = 4;

/** A plugin of four tools, packed and signed. */
async function release(folder: string, name: string) {
  const directory = await createPlugin({ parent: folder, name, language: 'r', publisher: 'Acme' });
  const tools = Array.from({ length: toolsOfEach }, (_, i) => `mean-${i}`);
  for (const tool of tools)
    await cp(path.join(directory, 'mean'), path.join(directory, tool), { recursive: true });
  await rm(path.join(directory, 'mean'), { recursive: true });
  const file = path.join(directory, 'plugin.json');
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), tools }));
  const packed = await packPlugin(directory);
  return { packed, signature: signPackage(packed, key) };
}

/** A folder of installed plugins, as an appliance keeps it. */
async function storeOf(folder: string, count: number): Promise<string> {
  const store = path.join(folder, `store-${count}`);
  const made = path.join(folder, `made-${count}`);
  await mkdir(made);
  const trial = createTrial();
  const gate = { store, policy, release: {}, trial, now: new Date() };
  for (let i = 0; i < count; i += 1) {
    const { packed, signature } = await release(made, `acme-number-${i}`);
    await install(gate, { package: packed.bytes, signatures: [signature], by: 'bench' });
  }
  await trial.close();
  return store;
}

/** From the command to the line that says that it is up, with either store, in turns. */
async function starts(folder: string, few: string, many: string): Promise<Comparison> {
  const data = path.join(folder, 'data');
  const env = { ASSAY_PLUGINS_TRUST: path.join(folder, 'trust.json') };
  await writeFile(env.ASSAY_PLUGINS_TRUST, policyText);
  const start = async () => {
    const { child, up, exited } = launch(data, env);
    await up;
    const end = () => {
      child.kill('SIGTERM');
      return exited;
    };
    return { end };
  };
  // The first start makes a database, and a first report.
  await (await start()).end();
  const timed = async (store: string) => {
    const installed = path.join(data, 'plugins');
    for (const name of await readdir(installed))
      if (name.startsWith('acme')) await rm(path.join(installed, name), { recursive: true });
    await cp(store, installed, { recursive: true });
    const began = performance.now();
    const { end } = await start();
    const took = performance.now() - began;
    await end();
    return took;
  };
  const times: [number[], number[]] = [[], []];
  for (let i = 0; i < 5; i += 1) {
    times[0].push(await timed(many));
    times[1].push(await timed(few));
  }
  const [ours, floor] = [median(times[0]), median(times[1])];
  const name = 'start with 100 installed plugins of 4 tools (start with 5)';
  return { name, ours, floor, ratio: ours / floor, runs: 5, unit: 'ms' };
}

/** Finding a tool by range and checking its parameters, as a submission does, each tool for the first time and again. */
async function resolving(store: string): Promise<Comparison[]> {
  const installed = await readInstalled(store);
  const sources = await Promise.all(installed.map((each) => sourceOf(each, { policy, release: {} })));
  const registry = await loadPlugins(createValidator(), sources);
  const names = registry.plugins.flatMap((plugin) => plugin.tools.map((tool) => tool.name));
  const call = (name: string) => {
    const began = performance.now();
    const tool = registry.find(name, '^0.1');
    if (!tool || tool.checkParameters({ column: 'dose' }).length > 0) throw new Error(`${name} is not found`);
    return performance.now() - began;
  };
  const first = median(names.map(call));
  const again = median(Array.from({ length: 20 }, () => names.map(call)).flat());
  const row = (what: string, ours: number): Comparison => ({
    name: `a call among ${names.length} tools found by range and checked, ${what} (the goal)`,
    ...{ ours, floor: 1, ratio: ours, runs: names.length, unit: 'ms' },
  });
  return [row('again', again), row('the first of its tool', first)];
}

/** From a change to a catalogue that shows it: a file saved in development, a package published. */
async function visible(folder: string): Promise<Comparison[]> {
  const parent = await mkdtemp(path.join(folder, 'development-'));
  const directory = await createPlugin({ parent, name: 'acme-new', language: 'r', publisher: 'Acme' });
  const env = {
    ASSAY_PLUGINS_TRUST: path.join(folder, 'trust.json'),
    ASSAY_PLUGINS_DEVELOPMENT: JSON.stringify([directory]),
  };
  const appliance = await startAppliance({ env });
  try {
    const api = callApi(appliance.url, appliance.token);
    const digest = async (name: string) => {
      const { body } = await api.call('GET', '/v1/plugins');
      return body.items.find((each: { name: string }) => each.name === name)?.digest as string | undefined;
    };
    const program = path.join(directory, 'mean/main.R');
    const source = await readFile(program, 'utf8');
    let round = 0;
    const save = async () => {
      const before = await digest('acme-new');
      round += 1;
      await writeFile(`${program}.new`, `${source}# ${round}\n`);
      await rename(`${program}.new`, program);
      const until = performance.now() + 30_000;
      while ((await digest('acme-new')) === before)
        if (performance.now() > until) throw new Error('the change does not show');
    };
    const publish = async () => {
      round += 1;
      const { packed, signature } = await release(parent, `acme-published-${round}`);
      const json = { package: packed.bytes.toString('base64'), signatures: [signature] };
      const { status, body } = await api.call('POST', '/v1/plugins', { json });
      if (status !== 201 || (await digest(packed.name)) === undefined) throw new Error(JSON.stringify(body));
    };
    const goal = () => new Promise((resolve) => setTimeout(resolve, 2000));
    return [
      await compare('a saved file until every part has it, in development (the goal)', save, goal, {
        runs: 5,
        warm: 1,
      }),
      await compare(
        'a package of 4 tools made, signed and published until it shows (the same)',
        publish,
        goal,
        {
          ...{ runs: 5, warm: 1 },
        },
      ),
    ];
  } finally {
    await appliance.stop();
  }
}

/** Many plugins, and changes of them. */
export async function pluginRows(): Promise<Comparison[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-plugins-'));
  try {
    const [few, many] = [await storeOf(folder, 5), await storeOf(folder, 100)];
    return [await starts(folder, few, many), ...(await resolving(many)), ...(await visible(folder))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
