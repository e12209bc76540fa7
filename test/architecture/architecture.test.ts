import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSources } from './imports.ts';
import { forbiddenFolders, mayTouchProcess, rooms, vendors } from './rules.ts';

const sources = await readSources();
const isTest = (file: string) =>
  /\.(test|bench)\.ts$/.test(file) || file.startsWith('test/') || /\/(fixtures|testing)\//.test(file);
const product = sources.filter((s) => !isTest(s.path));

test('there is something to look at', () => assert.ok(product.length > 50, `${product.length} files`));

test('every file imports only what the house allows', () => {
  const wrong = product.flatMap((source) => {
    const room = rooms.find((r) => source.path.startsWith(r.from));
    if (!room) return [`${source.path} lies in no room; the rooms stand in test/architecture/rules.ts`];
    return source.imports
      .filter(
        (i) => i.ours && !i.target.startsWith(room.from) && !room.may.some((m) => i.target.startsWith(m)),
      )
      .map(
        (i) =>
          `${source.path} imports ${i.target}; ${room.from} may import ${room.may.join(', ') || 'nothing of ours'}`,
      );
  });
  assert.deepEqual(wrong, []);
});

test('a noun is entered through its index', () => {
  const noun = (file: string) => /^core\/domain\/([a-z]+)\//.exec(file)?.[1];
  const wrong = product.flatMap((source) =>
    source.imports
      .filter((i) => i.ours && !i.typeOnly && noun(i.target) && noun(i.target) !== noun(source.path))
      .filter((i) => !i.target.endsWith('/index.ts'))
      .map((i) => `${source.path} imports ${i.target}; import core/domain/${noun(i.target)}/index.ts`),
  );
  assert.deepEqual(wrong, []);
});

test('one vendor, one room', () => {
  const wrong = product.flatMap((source) =>
    source.imports.flatMap((i) => {
      const vendor = i.ours ? undefined : vendors.find((v) => v.name.test(i.target));
      return vendor && !vendor.rooms.some((r) => source.path.startsWith(r))
        ? [`${source.path} imports ${i.target}; only ${vendor.rooms.join(', ')} may`]
        : [];
    }),
  );
  assert.deepEqual(wrong, []);
});

test('ciphers are made in base/encryption alone', () => {
  const wrong = product
    .filter(
      (s) => /\bcreate(Cipheriv|Decipheriv)\b/.test(s.text) && !s.path.startsWith('core/base/encryption/'),
    )
    .map((s) => `${s.path} makes a cipher; core/base/encryption does that`);
  assert.deepEqual(wrong, []);
});

test('no runtime import cycle', () => {
  const graph = new Map(
    sources.map((s) => [s.path, s.imports.filter((i) => i.ours && !i.typeOnly).map((i) => i.target)]),
  );
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file))
      assert.fail(`import cycle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
});

test('process and terminal belong to the programs that people run', () => {
  const touches = /\bprocess\.(env|exit)\b|\bconsole\.\w+\(/;
  const wrong = product
    .filter(
      (s) =>
        touches.test(s.text.replace(/^\s*(\/\/|\*).*$/gm, '')) &&
        !mayTouchProcess.some((p) => p.test(s.path)),
    )
    .map(
      (s) =>
        `${s.path} touches process.env, process.exit or console; only appliance/ and programs in a runtime may`,
    );
  assert.deepEqual(wrong, []);
});

test('no forbidden folder names, no file over 400 lines', () => {
  const wrong = sources.flatMap((s) => [
    ...(s.path.split('/').some((part) => forbiddenFolders.includes(part))
      ? [`${s.path}: ${forbiddenFolders.join(', ')} are no names for a folder`]
      : []),
    ...(s.text.split('\n').length > 401 ? [`${s.path} has more than 400 lines`] : []),
  ]);
  assert.deepEqual(wrong, []);
});

test('only withWorkspace gives a query: nobody outside base/database connects', () => {
  const wrong = product
    .filter(
      (s) => /new Kysely|new pg\.|PostgresDialect/.test(s.text) && !s.path.startsWith('core/base/database/'),
    )
    .map((s) => `${s.path} connects by itself; use withWorkspace of core/base/database`);
  assert.deepEqual(wrong, []);
});
