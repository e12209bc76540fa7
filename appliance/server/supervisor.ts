import path from 'node:path';
import { type Config, loadConfig } from '@assay/core';
import type { PluginSource } from '@assay/core/plugins';
import { createLogger } from '@assay/core/telemetry';
import { admittedOf } from './admitted.ts';
import { type SupervisedChild, superviseChild } from './child.ts';
import { findContainers } from './containers.ts';
import { type DataDirectory, openDataDirectory } from './data-directory.ts';
import { explain } from './explain.ts';
import { type FipsMode, fipsModeOf } from './fips-mode.ts';
import { readFirstReport, runFirstAnalysis } from './first-run.ts';
import { tellWhatIsFound } from './found.ts';
import { identityProviders, providersCa } from './identity-providers.ts';
import { keepPostgres } from './keep-postgres.ts';
import { keySettings } from './keys.ts';
import { type Listener, listenerOf } from './listener.ts';
import { localApi } from './local-api.ts';
import type { PartSettings, Role } from './messages.ts';
import type { OwnCertificate } from './own-certificate.ts';
import { type Office, openOffice } from './plugins/office.ts';
import { requireFreePort } from './ports.ts';
import { prepare, prepareInFips, proveFips } from './prepare.ts';
import { readSecret } from './secret.ts';
import { settingsOf } from './settings.ts';
import { stopOnSignals } from './signals.ts';
import { Stack } from './stack.ts';
import { storageSettings } from './storage.ts';
import { tell, type Up } from './tell.ts';
import { createTerminal, type Terminal } from './terminal.ts';
import { trailSettings } from './trail.ts';

/** What the steps of a start work with. */
interface Running {
  readonly stack: Stack;
  readonly children: SupervisedChild[];
  readonly pids: Map<string, () => number | undefined>;
  readonly terminal: Terminal;
  readonly news: (text: string) => void;
}

async function startDatabase(config: Config, data: DataDirectory, running: Running): Promise<string> {
  const { stack, terminal, news } = running;
  if (config.database.url) {
    terminal.note('✓', 'Postgres: your own, as configured');
    return config.database.url;
  }
  const postgres = await terminal.step('Postgres 18, embedded', () => keepPostgres(data.path, news));
  await stack.push(() => postgres.stop());
  running.pids.set('postgres', () => postgres.pid());
  return postgres.ownerUrl;
}

/** All three side by side; they end one after the other: api, worker, runner. */
async function startParts(
  current: { -readonly [R in Role]: PartSettings[R] },
  office: Office,
  { keys }: Config,
  data: DataDirectory,
  fips: FipsMode | undefined,
  running: Running,
): Promise<string> {
  const start = <R extends Role>(role: R) =>
    superviseChild({
      role,
      settings: () => current[role],
      onNews: running.news,
      fips,
      lastWords: path.join(data.logs, `${role}.crash.log`),
      variables: role === 'runner' ? [] : keys.moduleVariables,
      ...(role === 'api' ? { onAsk: office.ask } : {}),
    });
  const started = await Promise.allSettled([start('runner'), start('worker'), start('api')]);
  for (const each of started)
    if (each.status === 'fulfilled') {
      running.children.push(each.value);
      running.pids.set(each.value.role, each.value.pid);
      await running.stack.push(() => each.value.stop());
    }
  for (const each of started) if (each.status === 'rejected') throw each.reason;
  const address = running.children.find((child) => child.role === 'api')?.ready.address ?? '';
  // A port that the system chose is kept when the api is started again: callers know it.
  const { port: given, protocol } = new URL(address);
  const port = Number(given || (protocol === 'https:' ? 443 : 80));
  current.api = { ...current.api, http: { ...current.api.http, port } };
  return address;
}

/** First who carries out, last who shows: what is in a catalogue can be run. */
async function givePlugins(
  current: { -readonly [R in Role]: PartSettings[R] },
  plugins: readonly PluginSource[],
  { children }: Running,
): Promise<void> {
  current.api = { ...current.api, plugins };
  current.worker = { ...current.worker, plugins };
  current.runner = { ...current.runner, plugins: admittedOf(plugins) };
  for (const role of ['runner', 'worker', 'api'] as const)
    await children.find((child) => child.role === role)?.replacePlugins(plugins);
}

/** The files of the certificate that the api speaks TLS with; undefined for plain HTTP. */
function certificateOf(
  listener: Listener,
  { ownCertificate }: { readonly ownCertificate?: OwnCertificate },
): Pick<OwnCertificate, 'certificateFile' | 'keyFile'> | undefined {
  const { certificateFile, keyFile } = listener.kind === 'given' ? listener : (ownCertificate ?? {});
  return certificateFile && keyFile ? { certificateFile, keyFile } : undefined;
}

async function start(running: Running, data: DataDirectory): Promise<Up> {
  const { terminal, stack } = running;
  const config = loadConfig({ file: data.config, env: process.env });
  const listener = listenerOf(config);
  await requireFreePort(config.http.host, config.http.port);
  terminal.note('✓', `data in ${data.path}`);
  const fips = fipsModeOf(config);
  if (fips) {
    const { provider, file, sha256 } = await proveFips(fips);
    terminal.note('✓', `FIPS mode: ${provider}, ${file} (SHA-256 ${sha256})`);
  }
  const office = openOffice({
    store: data.plugins,
    policyFile: config.plugins.trust,
    own: config.plugins.own,
    development: config.plugins.development,
    fips,
    lastWords: path.join(data.logs, 'plugins.crash.log'),
    onChange: (plugins) => givePlugins(current, plugins, running),
  });
  // Beside the database's start, which it does not need.
  const looked = office.find();
  // Waited for below; a start that ends before that has told its own error.
  looked.catch(() => undefined);
  await stack.push(() => office.close());
  const containers = await findContainers(config, data);
  tellWhatIsFound(terminal, containers);
  const ownerUrl = await startDatabase(config, data, running);
  const keys = await keySettings(config, data);
  const needs = {
    ...{ ownerUrl, keys },
    ...(listener.kind === 'own' ? { ownCertificate: { folder: data.path, names: listener.names } } : {}),
  };
  const prepared = await terminal.step('tables, roles and keys', () =>
    fips ? prepareInFips(fips, needs, config.keys.moduleVariables) : prepare(needs),
  );
  const tls = certificateOf(listener, prepared);
  if (prepared.erasedAgain > 0)
    running.news(`${prepared.erasedAgain} erased again: the database is older than their erasure`);
  const plugins = await terminal.step(
    'plugins of the release and of others',
    () => looked,
    (all) => `plugins: ${all.length}`,
  );
  if (config.plugins.development.length > 0) {
    const names = config.plugins.development.map((folder) => path.basename(path.resolve(folder)));
    terminal.note('!', `development: ${names.join(', ')} without a signature; every report of them says so`);
    const { watchFolders } = await import('./plugins/watch.ts');
    const watcher = watchFolders(config.plugins.development, () => office.refresh(), running.news);
    await stack.push(() => watcher.close());
  }
  const ca = await providersCa(config);
  const { registrationTokenFile } = config.http;
  const current = {
    ...settingsOf(config, data, {
      ...prepared,
      keys,
      storage: await storageSettings(config, data.objects),
      audit: await trailSettings(config, data),
      providers: await identityProviders(config),
      ...(ca ? { providersCa: ca } : {}),
      ...(registrationTokenFile
        ? { registrationToken: await readSecret('http.registrationTokenFile', registrationTokenFile) }
        : {}),
      plugins,
      ...(tls ? { tls } : {}),
      ...(containers ? { containers } : {}),
    }),
  };
  const local = await terminal.step(
    'runner, worker, api',
    () => startParts(current, office, config, data, fips, running),
    (address) => `runner, worker, api at ${address}`,
  );
  const api = localApi(local, prepared.setupToken, tls?.certificateFile);
  let report = await readFirstReport(api, data.firstReport);
  report ??= await terminal.step('first analysis: a regression of Longley’s employment data', () =>
    runFirstAnalysis(api, data.firstReport),
  );
  await stack.push(async () => undefined);
  const pids = Object.fromEntries([...running.pids].map(([name, pid]) => [name, pid()]));
  return {
    url: config.http.publicUrl ?? local,
    startToken: prepared.startToken,
    report,
    pids,
    ...(prepared.ownCertificate ? { ownCertificate: prepared.ownCertificate } : {}),
  };
}

/** `npm start`: everything on this machine, under one supervisor that itself reads no data and holds no keys. */
export async function superviseAll({ json }: { json: boolean }): Promise<void> {
  const terminal = createTerminal(process.stdout, { env: process.env, silent: json });
  const stack = new Stack();
  const children: SupervisedChild[] = [];
  // A terminal that was closed cannot be written to; that must not keep the parts from ending in order.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  const signals = stopOnSignals({ stack, children, terminal });
  try {
    const data = await openDataDirectory(process.env);
    await stack.push(() => data.release());
    const log = createLogger({ level: 'info', role: 'all', file: path.join(data.logs, 'all.log') });
    const news = (text: string) => {
      log.warn(text);
      terminal.note('!', text);
    };
    const up = start({ stack, children, pids: new Map(), terminal, news }, data);
    signals.starting(up);
    const found = await up;
    log.info({ pids: found.pids }, 'up');
    if (json) process.stdout.write(`${JSON.stringify({ ...found, pid: process.pid })}\n`);
    else tell(found, terminal);
  } catch (error) {
    if (signals.asked()) return;
    process.stderr.write(`\n${explain(error)}\n`);
    await stack.stop();
    process.exit(1);
  }
}
