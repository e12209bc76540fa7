import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openEngine } from '../../runtimes/container/engine.ts';
import { startWithContainers } from '../containers.ts';
import { testEngine } from '../engine.ts';
import { drill } from '../kills.ts';
import { need } from '../needs.ts';

/** 200 kills altogether, half of them while tools run in WebAssembly, half while they run in containers. */
const kills = 100;

test(`${kills} kills of worker and runner: no acknowledged job lost, none finished twice`, async (t) => {
  const { jobs, retried, seconds } = await drill({ kills, open: 6 });
  t.diagnostic(
    `${kills} kills, ${jobs} jobs, ${retried} of them carried out again, ${Math.round(seconds)} s`,
  );
});

/** Containers of an image that are kept ready at most, as the configuration has it, and images. */
const [warmMost, images] = [4, 2];

const lung = new URL('../../plugins/survival/kaplan-meier/cases/km-lung/data.csv', import.meta.url);

test(
  `${kills} more with jobs in containers, and no container is left after a minute`,
  need('docker'),
  async (t) => {
    const engine = openEngine((await testEngine()).socketPath);
    const containers = () => engine.listContainers({ all: true });
    const { jobs, retried, seconds } = await drill({
      kills,
      open: 4,
      start: startWithContainers,
      work: {
        tool: 'survival/kaplan-meier',
        params: { time: 'time', event: 'status', event_value: 2, group: 'sex' },
        csv: readFileSync(lung, 'utf8'),
        lasts: 2500,
      },
      // The appliance still runs: what is there now is what it keeps ready, and nothing that a killed runner left.
      async afterwards() {
        const most = warmMost * images;
        for (let i = 0; i < 60 && (await containers()).length > most; i += 1) await delay(1000);
        const left = await containers();
        assert.ok(left.length <= most, JSON.stringify(left.map(({ Id, State }) => [Id.slice(0, 12), State])));
      },
    });
    t.diagnostic(
      `${kills} kills, ${jobs} jobs, ${retried} of them carried out again, ${Math.round(seconds)} s`,
    );
    assert.deepEqual(await containers(), []);
  },
);
