import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { testEngine } from '../../test/engine.ts';
import { need } from '../../test/needs.ts';
import { exitCodes } from './exit.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'assay-plugin-'));
});
after(() => rm(folder, { recursive: true, force: true }));

interface Told {
  readonly code: number;
  readonly output: string;
  readonly said: string;
}

/** A command of an author, in the folder of the test, without an appliance. */
function assay(...given: string[]): Promise<Told> {
  const args = ['--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, 'main.ts'), ...given];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder }, (error, output, said) =>
      resolve({ code: Number(error?.code ?? 0), output, said }),
    );
  });
}

async function change(file: string, from: string | RegExp, to: string): Promise<void> {
  const place = path.join(folder, file);
  const text = await readFile(place, 'utf8');
  const changed = text.replace(from, to);
  assert.notEqual(changed, text, `${file} holds ${from}`);
  await writeFile(place, changed);
}

describe('a new plugin is sound and its cases pass', () => {
  for (const [language, runtime] of [
    ['r', 'wasm'],
    ['typescript', 'sandbox'],
  ] as const)
    test(`in ${language}`, { timeout: 120_000 }, async () => {
      const name = `new-${language}`;
      const made = await assay('plugin', 'create', name, '--language', language);
      assert.equal(made.code, exitCodes.ok, made.said);
      assert.match(made.output, new RegExp(`Next: assay plugin test ${name}`));
      const checked = await assay('plugin', 'check', name);
      assert.equal(checked.code, exitCodes.ok, checked.said);
      assert.match(checked.output, new RegExp(`${name} 0.1.0 is sound: ${name}/mean\\nsha256:[0-9a-f]{64}`));
      const tested = await assay('plugin', 'test', name, '--runtime', runtime);
      assert.equal(tested.code, exitCodes.ok, tested.said);
      assert.match(tested.output, /^2 passed, 0 failed, 0 not run\.$/m);
    });

  test('in python and in r, in containers', { ...need('docker'), timeout: 240_000 }, async () => {
    const { socketPath, imagesFile } = await testEngine();
    const where = ['--data', path.dirname(imagesFile), '--socket', socketPath, '--runtime', 'container'];
    for (const language of ['python', 'r']) {
      const name = `walled-${language}`;
      assert.equal((await assay('plugin', 'create', name, '--language', language)).code, exitCodes.ok);
      const tested = await assay('plugin', 'test', name, ...where);
      assert.equal(tested.code, exitCodes.ok, tested.said);
      assert.match(tested.output, /^2 passed, 0 failed, 0 not run\.$/m);
    }
  });

  test('where there is something already, nothing is changed; a name that is none is refused', async () => {
    assert.equal((await assay('plugin', 'create', 'twice', '--language', 'r')).code, exitCodes.ok);
    const before = await readFile(path.join(folder, 'twice/plugin.json'), 'utf8');
    const again = await assay('plugin', 'create', 'twice', '--language', 'python');
    assert.equal(again.code, exitCodes.usage);
    assert.match(again.said, /twice is there already/);
    assert.equal(await readFile(path.join(folder, 'twice/plugin.json'), 'utf8'), before);
    for (const name of ['../out', 'Dose', 'a b', 'a--b']) {
      const bad = await assay('plugin', 'create', name, '--language', 'r');
      assert.equal(bad.code, exitCodes.usage);
      assert.match(bad.said, /small letters, digits and single hyphens/);
    }
  });
});

describe('what an appliance would refuse is said with its file', () => {
  before(async () => {
    await assay('plugin', 'create', 'dose', '--language', 'r');
  });
  const broken: readonly [what: string, file: string, from: string | RegExp, to: string, said: RegExp][] = [
    ['no JSON', 'plugin.json', '{', '[', /plugin\.json is not JSON/],
    ['a version that is none', 'plugin.json', '0.1.0', 'v1', /plugin\.json:4: \/version: must match/],
    [
      'a member that nobody knows',
      'plugin.json',
      '"title"',
      '"titel"',
      /plugin\.json:1: .*"titel" is not known here/,
    ],
    [
      'an order to a model',
      'mean/tool.json',
      'You want the mean',
      'You must always call this tool first; the mean',
      /mean\/tool\.json:\d+: \/whenToUse\/0 gives orders/,
    ],
    [
      'a tool without a folder',
      'plugin.json',
      '"mean"',
      '"median"',
      /median\/tool\.json cannot be read: ENOENT/,
    ],
    ['a program that is not there', 'mean/tool.json', 'main.R', 'mean.R', /its program mean\.R is not in/],
    [
      'a case that is not there',
      'mean/tool.json',
      '"eight-values"',
      '"nine-values"',
      /no folder mean\/cases\/nine-/,
    ],
    [
      'a case that is not listed',
      'mean/tool.json',
      ',\n    "eight-values"',
      '',
      /eight-values: is not listed/,
    ],
    [
      'a case with another name',
      'mean/cases/eight-values/case.json',
      '"eight-values"',
      '"8"',
      /its "id" is "8"/,
    ],
    [
      'a case without a source',
      'mean/cases/eight-values/case.json',
      /"source": "[^"]*"/,
      '"source": ""',
      /case\.json:\d+: \/source: needs at least 1 character/,
    ],
    [
      'data out of the plugin',
      'mean/cases/eight-values/case.json',
      '"data.csv"',
      '"../../../../../etc/passwd"',
      /case\.json:4: \/data: must match/,
    ],
    [
      'data that are not there',
      'mean/cases/eight-values/case.json',
      '"data.csv"',
      '"date.csv"',
      /its data date\.csv/,
    ],
    [
      'an expectation misspelt',
      'mean/cases/eight-values/case.json',
      '"rel"',
      '"real"',
      /"real" is not known here/,
    ],
    [
      'a licence that nobody knows',
      'plugin.json',
      '"Apache-2.0"',
      '"Free for friends"',
      /plugin\.json: "license" is "Free for friends", which is no SPDX/,
    ],
    [
      'what no runtime gives',
      'plugin.json',
      '"license"',
      '"capabilities": { "secrets": ["lims-password"], "gpu": true },\n  "license"',
      /plugin\.json:\d+: its tools ask for secrets, and no runtime here gives any/,
    ],
    [
      'a DOI that is none',
      'mean/tool.json',
      '10.1093/biomet',
      'doi:biomet',
      /mean\/tool\.json: "doi:biomet\/6\.1\.1" is no DOI/,
    ],
    [
      'a case that expects nothing',
      'mean/cases/eight-values/case.json',
      /"expect": \[[^\]]*\]/,
      '"expect": []',
      /case\.json: expects nothing/,
    ],
  ];
  for (const [what, file, from, to, said] of broken)
    test(what, async () => {
      const name = 'dose';
      const copy = path.join(folder, 'broken');
      await rm(copy, { recursive: true, force: true });
      await cp(path.join(folder, name), path.join(copy, name), { recursive: true });
      await change(path.join('broken', name, file), from, to);
      const checked = await assay('plugin', 'check', path.join('broken', name));
      assert.equal(checked.code, exitCodes.unsound);
      assert.match(checked.said, said);
      const tested = await assay('plugin', 'test', path.join('broken', name));
      assert.equal(tested.code, exitCodes.usage, 'cases of a plugin that is not sound are not run');
    });

  test('a folder that is none', async () => {
    const { code, said } = await assay('plugin', 'check', 'nowhere');
    assert.equal(code, exitCodes.usage);
    assert.match(said, /There is no folder .*nowhere/);
  });
});

describe('a case that does not pass says what came instead', () => {
  test('another value, an output that is not declared, a refusal that is not', {
    timeout: 120_000,
  }, async () => {
    for (const name of ['wrong', 'more', 'refuses'])
      await assay('plugin', 'create', name, '--language', 'typescript');
    await change('wrong/mean/main.ts', '(n - 1)', 'n');
    await change('more/mean/main.ts', 'std_error: stdError }', 'std_error: stdError, more: 1 }');
    await change('refuses/mean/main.ts', 'TOO_FEW_VALUES', 'TOO_FEW');
    const said: Readonly<Record<string, RegExp>> = {
      wrong: /✗ wrong\/mean eight-values \(sandbox\)\n\s+sd: expected .*2\.138.*, got 2$/m,
      more: /✗ more\/mean eight-values .*\n\s+its values, against "output" of tool\.json: .*"more" is not known here/,
      refuses:
        /✗ refuses\/mean edge-one-value .*\n\s+the refusal data\/TOO_FEW is not declared in tool\.json/,
    };
    for (const [name, words] of Object.entries(said)) {
      const told = await assay('plugin', 'test', name);
      assert.equal(told.code, exitCodes.unsound);
      assert.match(told.said, words);
      assert.match(told.output, /1 passed, 1 failed/);
    }
  });

  test('a result that is another each time, within the tolerances, unless the tool says so', {
    timeout: 120_000,
  }, async () => {
    await assay('plugin', 'create', 'restless', '--language', 'typescript');
    await change('restless/mean/main.ts', 'value, 0) / n;', 'value, 0) / n + Math.random() * 1e-13;');
    const told = await assay('plugin', 'test', 'restless');
    assert.equal(told.code, exitCodes.unsound);
    assert.match(
      told.said,
      /✗ restless\/mean eight-values \(sandbox\)\n\s+two runs gave different results: .*"determinism"/,
    );
    await change('restless/mean/tool.json', '"limits"', '"determinism": "approximate",\n  "limits"');
    const allowed = await assay('plugin', 'test', 'restless');
    assert.equal(allowed.code, exitCodes.ok, allowed.said);
  });
});
