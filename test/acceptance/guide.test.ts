import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { callApi, type Json } from '../api.ts';
import { type Appliance, startAppliance } from '../appliance.ts';
import { testEngine } from '../engine.ts';
import { need } from '../needs.ts';

const root = path.resolve(import.meta.dirname, '../..');
const languages = ['r', 'python', 'typescript'] as const;

interface Step {
  /** A language, `start` for how the appliance is started, or nothing for everybody. */
  readonly kind: string;
  readonly commands: string;
}

async function stepsOf(page: string): Promise<Step[]> {
  const text = await readFile(path.join(root, page), 'utf8');
  return [...text.matchAll(/^```sh(?: (\w+))?\n([\s\S]*?)^```$/gm)].map(([, kind = '', commands = '']) => ({
    kind,
    commands,
  }));
}

/** Follows the page in an empty folder. @returns what came out, and how long the commands took */
async function follow(language: (typeof languages)[number], t: { diagnostic(text: string): void }) {
  const folder = await mkdtemp(path.join(tmpdir(), `assay-guide-${language}-`));
  let appliance: Appliance | undefined;
  // `npx assay` is this checkout's command, and `npm start` tells what it would start with.
  await mkdir(path.join(folder, 'bin'));
  const command = `exec ${process.execPath} --disable-warning=ExperimentalWarning ${root}/appliance/cli/main.ts`;
  await writeFile(path.join(folder, 'bin/npx'), `#!/bin/sh\nshift\n${command} "$@"\n`, { mode: 0o755 });
  await writeFile(path.join(folder, 'bin/npm'), '#!/bin/sh\nprintf %s "$ASSAY_PLUGINS_TRUST"\n', {
    mode: 0o755,
  });
  const engine = language === 'python' ? await testEngine() : undefined;
  const type = (commands: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const env = {
        PATH: `${folder}/bin:${process.env.PATH}`,
        HOME: folder,
        ...(appliance ? { ASSAY_URL: appliance.url, ASSAY_TOKEN: appliance.token } : {}),
        ...(engine
          ? { ASSAY_DATA: path.dirname(engine.imagesFile), ASSAY_CONTAINERS_SOCKET: engine.socketPath }
          : {}),
      };
      execFile('bash', ['-euc', commands], { cwd: folder, env }, (error, output, said) =>
        error ? reject(new Error(`${commands}\n${output}\n${said}`)) : resolve(output),
      );
    });
  try {
    const started = performance.now();
    let output = '';
    for (const { kind, commands } of await stepsOf('docs/guide/write-a-tool.md')) {
      if (kind === 'start') {
        const data = path.join(folder, 'data');
        await mkdir(data);
        if (engine) await writeFile(path.join(data, 'images.json'), await readFile(engine.imagesFile));
        const env = {
          ASSAY_PLUGINS_TRUST: await type(commands),
          ...(engine ? { ASSAY_CONTAINERS_SOCKET: engine.socketPath } : {}),
        };
        appliance = await startAppliance({ data, env });
      } else if (kind === '' || kind === language) output += await type(commands);
    }
    t.diagnostic(`${language}: ${Math.round((performance.now() - started) / 1000)} s of commands`);
    assert.ok(appliance);
    const api = callApi(appliance.url, appliance.token);
    const { body } = await api.call('GET', '/v1/tools/acme-dose/mean?version=^0.1');
    const { body: jobs } = await api.call('GET', '/v1/jobs');
    return { output, tool: body, jobs: jobs.items.filter((job: Json) => job.tool === 'acme-dose/mean') };
  } finally {
    await appliance?.end();
    await rm(folder, { recursive: true, force: true });
  }
}

describe('docs/guide/write-a-tool.md, word for word', () => {
  for (const language of languages)
    test(`in ${language}`, {
      ...(language === 'python' ? need('docker') : need('bwrap')),
      timeout: 480_000,
    }, async (t) => {
      const { output, tool, jobs } = await follow(language, t);
      assert.match(output, /2 passed, 0 failed/);
      assert.match(output, /acme-dose 0\.1\.0 of Acme Biostatistics is installed/);
      assert.match(output, /acme-dose +0\.1\.0 +enabled +own +signed[\s\S]*acme-dose +0\.2\.0 +enabled/);
      assert.deepEqual([tool.version, tool.plugin.publisher], ['0.1.0', 'Acme Biostatistics']);
      assert.deepEqual(
        jobs.map((job: Json) => [job.state, job.version]),
        [
          ['succeeded', '0.2.0'],
          ['succeeded', '0.1.0'],
          ['succeeded', '0.1.0'],
        ],
      );
    });
});
