import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type Runtime, writeFrame } from '@assay/sdk';
import {
  Bool,
  DateDay,
  Float64,
  Int32,
  makeData,
  Table,
  TimestampMicrosecond,
  tableToIPC,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { testEngine } from '../../test/engine.ts';
import { need } from '../../test/needs.ts';
import { hear, toolOf } from './fixtures/programs.ts';
import { containerRuntime } from './index.ts';

/** The entry programs of R and Python as they stand in their images: one table, one conversation, two languages. */
const day = (text: string) => new Date(`${text}T00:00:00Z`);
const table = new Table({
  b: vectorFromArray([true, false, null], new Bool()),
  i: vectorFromArray([-2147483647, null, 7], new Int32()),
  n: vectorFromArray([0.1, null, 1e308], new Float64()),
  t: vectorFromArray(['ä "quoted" 😀', '', null], new Utf8()),
  d: vectorFromArray([day('1899-12-31'), null, day('2026-11-23')], new DateDay()),
  s: new Vector([
    makeData({
      type: new TimestampMicrosecond('UTC'),
      data: BigInt64Array.of(0n, 0n, 1_700_000_000_123_456n),
      nullCount: 1,
      nullBitmap: Uint8Array.of(0b101),
    }),
  ]),
});
const arrow = Buffer.from(tableToIPC(table, 'stream'));
const types = { b: 'boolean', i: 'integer', n: 'number', t: 'text', d: 'date', s: 'timestamp' };
const columns = Object.entries(types).map(([name, type]) => ({ name, type, role: 'text', roles: ['text'] }));

interface Language {
  readonly image: string;
  readonly program: 'main.R' | 'main.py';
  readonly readBack: string;
  readonly failure: RegExp;
  /** Tools whose `run` does this: says, refuses, breaks, draws, and answers what JSON has no word for. */
  readonly says: string;
  readonly refuses: string;
  readonly breaks: string;
  readonly draws: string;
  readonly unsayable: string;
}

const refusal = (body: string) => `run <- function(data, params, context) { ${body} }`;
const inPython = (body: string) => `def run(data, params, context):\n    ${body}`;
const answerR = 'list(values = list(answer = 1), summary = "x", method = list(text = "t", reference = "r"))';
const answerPy =
  '{"values": {"answer": 1}, "summary": ["x"], "method": {"text": "t", "reference": "r", "options": {}}}';

const languages: readonly Language[] = [
  {
    image: 'r-stats',
    program: 'main.R',
    readBack: `list(b = I(data$b), i = I(data$i), n = I(data$n), t = I(data$t), d = I(data$d),
      s = I(format(data$s, "%Y-%m-%dT%H:%M:%S", tz = "UTC")))`,
    failure: /R_ERROR/,
    says: refusal(
      `context$progress(0.5, "half way", "fit"); context$warn("CARE", "take care"); print("to the log"); ${answerR}`,
    ),
    refuses: refusal(
      'context$refuse("TOO_FEW", "too few", class = "data", where = list(column = "n"), hint = "more")',
    ),
    breaks: refusal('stop("broken")'),
    draws: 'runif(1)',
    unsayable: 'c(NaN, Inf, -Inf)',
  },
  {
    image: 'py-core',
    program: 'main.py',
    readBack: `{**{c: list(data[c]) for c in "bint"}, "d": [None if v != v else str(v)[:10] for v in data["d"]],
      "s": [None if v != v else v.strftime("%Y-%m-%dT%H:%M:%S") for v in data["s"]]}`,
    failure: /PYTHON_ERROR/,
    says: inPython(
      `context.progress(0.5, "half way", "fit"); context.warn("CARE", "take care"); print("to the log"); return ${answerPy}`,
    ),
    refuses: inPython('context.refuse("TOO_FEW", "too few", "data", {"column": "n"}, "more")'),
    breaks: inPython('raise ValueError("broken")'),
    draws: '__import__("numpy").random.rand()',
    unsayable: '[float("nan"), float("inf"), float("-inf")]',
  },
];

for (const language of languages)
  describe(`the entry program of ${language.image}`, need('docker'), () => {
    const { program } = language;
    let runtime: Runtime;
    before(async () => {
      const { socketPath, images } = await testEngine();
      const image = images.find(({ name }) => name === language.image);
      assert.ok(image);
      runtime = containerRuntime({ image, socketPath, owner: `test-${randomUUID()}`, prestart: 1 });
    });
    after(() => runtime?.close());

    async function run(code: string, seed = 1) {
      const handle = await runtime.take(AbortSignal.timeout(60_000));
      assert.match(handle.ready.runtime, program === 'main.R' ? /^R 4/ : /^Python 3/);
      handle.begin({ memoryMb: 512, seconds: 60 });
      const schema = { rows: 3, columns };
      const job = {
        tool: 'a/b',
        program,
        seed,
        params: {},
        inputs: [{ slot: 'data', format: 'arrow', schema }],
      };
      await writeFrame(handle.input, { t: 'run' }, Buffer.from(JSON.stringify(job)));
      await writeFrame(handle.input, { t: 'code', name: program }, Buffer.from(code));
      await writeFrame(handle.input, { t: 'input', slot: 'data' }, arrow);
      await writeFrame(handle.input, { t: 'go' });
      const heard = await hear(handle);
      assert.deepEqual(await handle.ended, { how: 'exited', code: 0, signal: null });
      return { ...heard, log: handle.log() };
    }

    test('every type comes in as it is, what is missing is missing', async () => {
      const { answer, lines } = await run(toolOf(program, language.readBack));
      assert.deepEqual(
        answer,
        {
          b: [true, false, null],
          i: [-2147483647, null, 7],
          n: [0.1, null, 1e308],
          t: ['ä "quoted" 😀', '', null],
          d: ['1899-12-31', null, '2026-11-23'],
          s: ['1970-01-01T00:00:00', null, '2023-11-14T22:13:20'],
        },
        JSON.stringify(lines),
      );
      assert.deepEqual(
        lines.map(({ t }) => t),
        ['begun', 'done'],
      );
    });

    test('what it says comes in order; what it prints is the log', async () => {
      const { lines, answer, log } = await run(language.says);
      assert.equal(answer, 1);
      assert.deepEqual(
        lines.map(({ t }) => t),
        ['begun', 'progress', 'done'],
      );
      assert.deepEqual(lines[1], { t: 'progress', stage: 'fit', fraction: 0.5, note: 'half way' });
      assert.match(log, /to the log/);
    });

    test('a refusal and a fault are told, each in its class', async () => {
      const refused = await run(language.refuses);
      assert.deepEqual(refused.lines.at(-1), {
        ...{ t: 'error', class: 'data', code: 'TOO_FEW', message: 'too few' },
        ...{ where: { column: 'n' }, hint: 'more' },
      });
      const broken = await run(language.breaks);
      assert.equal(broken.lines.at(-1)?.class, 'internal');
      assert.match(String(broken.lines.at(-1)?.code), language.failure);
      assert.match(String(broken.lines.at(-1)?.message), /broken/);
    });

    test('the same seed draws the same, another draws another', async () => {
      const draw = async (seed: number) => (await run(toolOf(program, language.draws), seed)).answer;
      const [one, again, other] = [await draw(7), await draw(7), await draw(8)];
      assert.equal(one, again);
      assert.notEqual(one, other);
    });

    test('what JSON has no word for is null, and told beside', async () => {
      const { answer, nonfinite } = await run(toolOf(program, language.unsayable));
      assert.deepEqual(answer, [null, null, null]);
      assert.deepEqual(nonfinite, [
        { path: '/answer/0', value: 'nan' },
        { path: '/answer/1', value: 'inf' },
        { path: '/answer/2', value: '-inf' },
      ]);
    });

    test('an input that ends before "go" means that nobody needs it', async () => {
      const handle = await runtime.take(AbortSignal.timeout(60_000));
      handle.begin({ memoryMb: 512, seconds: 60 });
      handle.input.end();
      assert.deepEqual((await hear(handle)).lines, []);
      assert.deepEqual(await handle.ended, { how: 'exited', code: 0, signal: null });
    });
  });
