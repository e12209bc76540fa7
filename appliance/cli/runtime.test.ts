import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { rules } from '@assay/conformance';
import { exitCodes } from './exit.ts';

const room = path.resolve(import.meta.dirname, '../../runtimes/conformance');
const node = [process.execPath, '--disable-warning=ExperimentalWarning'] as const;

function check(...command: string[]): Promise<{ code: number; output: string }> {
  const [file, ...args] = node;
  const given = ['--json', 'runtime', 'check', path.join(room, 'languages/javascript'), '--', ...command];
  return new Promise((resolve) => {
    execFile(file, [...args, path.join(import.meta.dirname, 'main.ts'), ...given], (error, output) =>
      resolve({ code: Number(error?.code ?? 0), output }),
    );
  });
}

test('a program in any language is tried on every rule: one that keeps them', async () => {
  const { code, output } = await check(...node, path.join(room, 'fixtures/javascript.ts'));
  const { rules: found } = JSON.parse(output);
  assert.deepEqual(
    found.filter(({ kept }: { kept: boolean }) => !kept),
    [],
  );
  assert.equal(found.length, rules.length);
  assert.equal(code, exitCodes.ok);
});

test('one that is no such program breaks all of them, and the exit code says so', async () => {
  const { code, output } = await check('/bin/false');
  const { rules: found } = JSON.parse(output);
  assert.ok(found.every(({ kept }: { kept: boolean }) => !kept));
  assert.equal(code, exitCodes.unsound);
});

test('a script of the shell that is ready and no more keeps the rules that ask for no more', async () => {
  const ready = '{"t":"ready","protocol":"run/1","runtime":"sh 1.0","libs":{},"warm_ms":1}';
  const { code, output } = await check('/bin/sh', '-c', `echo '${ready}' >&3; head -c 1 >/dev/null`);
  const found: { rule: string; kept: boolean }[] = JSON.parse(output).rules;
  const kept = found.filter((each) => each.kept).map(({ rule }) => rule);
  assert.ok(kept.includes('unneeded'));
  for (const rule of ['end', 'types', 'tables', 'seed', 'refusals']) assert.ok(!kept.includes(rule), rule);
  assert.equal(code, exitCodes.unsound);
});
