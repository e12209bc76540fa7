import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { type FrameHeader, writeFrame } from '@assay/sdk';
import { framesOf, limits, listen } from '../converse.ts';
import { type Kit, lineChecks, namesOf, resultOf } from '../kit.ts';
import type { Rule } from '../rules.ts';

const exited = { how: 'exited', code: 0, signal: null };
const startWithinMs = 120_000;

/** Ends the program's input after so many frames of a job, and hears what it says to that. */
async function endInputAfter({ start, language }: Kit, frames: number) {
  const handle = await start(AbortSignal.timeout(startWithinMs));
  handle.begin(limits);
  for (const frame of framesOf(language, { tool: 'says' }).slice(0, frames))
    await writeFrame(handle.input, ...frame);
  handle.input.end();
  return listen(handle);
}

/** From `ready` to the end: how a program lives. */
export const lifeRules: readonly Rule[] = [
  {
    id: 'ready',
    says: '`ready` is the first line; it names the language with its version, and the libraries it was warmed up with.',
    async check(kit) {
      const { ready } = await kit.talk({ tool: 'says' });
      assert.ok(lineChecks.ready?.Check(ready), JSON.stringify(ready));
      assert.match(ready.runtime, /^\S+ \d+\.\d+/, 'runtime is the language and its version');
      for (const version of Object.values(ready.libs)) assert.match(version, /\d/);
    },
  },
  {
    id: 'unneeded',
    says: 'End of input before anything came: it ends with exit code 0 and says nothing.',
    async check(kit) {
      const { lines, ending } = await endInputAfter(kit, 0);
      assert.deepEqual({ lines, ending }, { lines: [], ending: exited });
    },
  },
  {
    id: 'unneeded-late',
    says: 'End of input after job, code and input but before `go`: likewise, and the tool was not run.',
    async check(kit) {
      const { lines, ending } = await endInputAfter(kit, 3);
      assert.deepEqual({ lines, ending }, { lines: [], ending: exited });
    },
  },
  {
    id: 'begun',
    says: '`begun` is said once, when the inputs are read and before the tool’s code runs.',
    async check(kit) {
      const names = namesOf(await kit.talk({ tool: 'says' }));
      assert.equal(names.filter((t) => t === 'begun').length, 1, names.join(' '));
      assert.equal(names[0], 'begun');
    },
  },
  {
    id: 'lines',
    says: 'Every line fits its schema, and only `blob` and `result` announce bytes.',
    async check(kit) {
      for (const tool of ['says', 'shows', 'refuses', 'breaks'] as const) {
        const params = tool === 'refuses' ? { class: 'data' } : {};
        for (const line of (await kit.talk({ tool, params })).lines) {
          assert.ok(lineChecks[line.t]?.Check(line), JSON.stringify(line).slice(0, 500));
          assert.equal(line.bytes !== undefined, line.t === 'blob' || line.t === 'result', line.t);
        }
      }
    },
  },
  {
    id: 'end',
    says: 'A run ends with `result` and `done`, or with `error`; nothing comes after it, and the exit code is 0.',
    async check(kit) {
      const well = await kit.talk({ tool: 'says' });
      assert.deepEqual(namesOf(well).slice(-2), ['result', 'done']);
      assert.deepEqual(well.ending, exited);
      const badly = await kit.talk({ tool: 'breaks' });
      assert.equal(namesOf(badly).at(-1), 'error');
      assert.equal(badly.result, undefined);
      assert.deepEqual(badly.ending, exited);
    },
  },
  {
    id: 'single-use',
    says: 'One run, ever: a second job on the same input gets no answer of its own, and the exit code is 0.',
    async check(kit) {
      const second = framesOf(kit.language, { tool: 'says' });
      const { lines, ending } = await kit.afresh({
        tool: 'says',
        async meanwhile(handle) {
          for (const frame of second) await writeFrame(handle.input, ...frame);
        },
      });
      for (const t of ['begun', 'result', 'done'])
        assert.ok(lines.filter((line) => line.t === t).length <= 1, `"${t}" came twice`);
      assert.deepEqual(ending, exited);
    },
  },
  {
    id: 'stoppable',
    says: 'A tool that never ends reports its progress meanwhile, and can be ended from outside at any moment.',
    async check(kit) {
      const { ending, lines } = await kit.afresh({
        tool: 'waits',
        async meanwhile(handle, said: readonly FrameHeader[]) {
          for (let i = 0; i < 1200 && !said.some(({ t }) => t === 'progress'); i += 1) await delay(50);
          handle.kill('cancelled');
        },
      });
      assert.ok(
        lines.some(({ t }) => t === 'progress'),
        'its progress came before it ended',
      );
      assert.deepEqual(ending, { how: 'killed', why: 'cancelled' });
    },
  },
  {
    id: 'progress',
    says: 'What a tool says of its progress comes as `progress`, before the result; its warnings come in the result.',
    async check(kit) {
      const conversation = await kit.talk({ tool: 'says' });
      assert.deepEqual(namesOf(conversation), ['begun', 'progress', 'result', 'done']);
      assert.deepEqual(
        conversation.lines.find(({ t }) => t === 'progress'),
        { t: 'progress', stage: 'fit', fraction: 0.5, note: 'half way' },
      );
      assert.deepEqual(resultOf(conversation).warnings, [
        { code: 'CARE', message: 'take care', severity: 'caution' },
      ]);
    },
  },
  {
    id: 'log',
    says: 'What a tool prints is the log and never a frame, also where it looks like one or is ten megabytes long.',
    async check(kit) {
      const said = await kit.talk({ tool: 'says' });
      assert.match(said.log, /to the log/);
      const printed = await kit.talk({ tool: 'prints' });
      assert.deepEqual(namesOf(printed), ['begun', 'result', 'done']);
      assert.deepEqual(resultOf(printed).values, { answer: 1 });
    },
  },
];
