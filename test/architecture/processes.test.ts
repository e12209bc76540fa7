import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSources } from './imports.ts';

/**
 * What a process can do is what it loads: every "never" of the process table as a question to the graph of imports,
 * from the program of a role down to the last file and package.
 */
const sources = new Map((await readSources()).map((source) => [source.path, source]));

function loadedBy(program: string): { files: string[]; packages: string[] } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const open = [program];
  for (let file = open.pop(); file; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const source = sources.get(file);
    // What is generated is data, and imports nothing.
    if (!source) assert.match(file, /\/generated\/|\.json$/, `${file}, loaded by ${program}, is not there`);
    for (const each of source?.imports ?? []) {
      if (each.typeOnly) continue;
      if (each.ours) open.push(each.target);
      else packages.add(each.target);
    }
  }
  return { files: [...files], packages: [...packages] };
}

interface Never {
  readonly what: string;
  readonly files?: RegExp;
  readonly packages?: RegExp;
}

const engine: Never = { what: 'reach an engine', files: /^runtimes\//, packages: /^dockerode/ };
const parser: Never = {
  what: 'parse customer data',
  files: /^runtimes\//,
  packages: /^(@duckdb\/|webr|apache-arrow|@uwdata\/flechette|papaparse|csv-)/,
};
const processes: Never = { what: 'start a process', packages: /^node:(child_process|cluster)$/ };
const listens: Never = { what: 'answer requests', files: /^core\/gateway\//, packages: /^@hapi\// };
const database: Never = {
  what: 'reach the database',
  files: /^core\/base\/(database|queue)\//,
  packages: /^(pg|pg-boss|kysely)$/,
};
const keys: Never = { what: 'hold keys', files: /^core\/base\/encryption\// };
const store: Never = { what: 'reach the store', files: /^core\/base\/storage\//, packages: /^minio$/ };
const runner: Never = { what: 'reach the runner', files: /^core\/(base\/runner|worker)\// };
const domain: Never = { what: 'carry rules of the domain', files: /^core\/(domain|worker|gateway|base)\// };
/** A child sees one job and its own pipe; that no network is there for it, test/acceptance/processes.test.ts asks the kernel. */
const child = [{ ...engine, files: /^runtimes\/runner\// }, database, keys, store, processes, domain];

const programs: readonly {
  readonly role: string;
  readonly file: string;
  readonly never: readonly Never[];
}[] = [
  { role: 'api', file: 'appliance/server/part-api.ts', never: [engine, parser, processes, runner] },
  { role: 'worker', file: 'appliance/server/part-worker.ts', never: [engine, parser, processes, listens] },
  {
    role: 'runner',
    file: 'appliance/server/part-runner.ts',
    never: [
      database,
      keys,
      store,
      listens,
      { what: 'carry rules of the domain', files: /^core\/(domain|worker)\// },
      { what: 'parse customer data', packages: parser.packages as RegExp },
    ],
  },
  { role: 'table', file: 'runtimes/table/child.ts', never: child },
  { role: 'wasm', file: 'runtimes/wasm/child.ts', never: child },
  { role: 'sandbox', file: 'runtimes/sandbox/child.ts', never: child },
  { role: 'render', file: 'runtimes/render/child.ts', never: child },
  { role: 'supervisor', file: 'appliance/server/supervisor.ts', never: [listens, store] },
];

for (const { role, file, never } of programs) {
  const loaded = loadedBy(file);
  for (const { what, files, packages } of never)
    test(`${role} can never ${what}`, () => {
      assert.ok(loaded.files.length > 1, `${file} loads nothing`);
      const found = [
        ...loaded.files.filter((name) => files?.test(name)),
        ...loaded.packages.filter((name) => packages?.test(name)),
      ];
      assert.deepEqual(found, []);
    });
}

test('the graph sees what a program does load', () => {
  const api = loadedBy('appliance/server/part-api.ts');
  assert.ok(api.packages.includes('@hapi/hapi') && api.packages.includes('pg'));
  assert.ok(loadedBy('runtimes/table/child.ts').packages.some((name) => name.startsWith('@duckdb/')));
  assert.ok(loadedBy('runtimes/sandbox/child.ts').packages.includes('isolated-vm'));
  assert.ok(loadedBy('runtimes/wasm/child.ts').packages.includes('webr'));
});
