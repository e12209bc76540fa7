import { createHash } from 'node:crypto';
import type { Column, ColumnType, DataSchema } from '@assay/sdk';
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

/** One data set: the Arrow stream, and what is told of its columns. */
export interface Data {
  readonly schema: DataSchema;
  readonly bytes: Buffer;
  readonly digest: string;
}

type Named = readonly [name: string, type: ColumnType, values: Vector];

/** Columns go by their place: a name may be anything, also one that an object cannot have as its own. */
function dataOf(columns: readonly Named[]): Data {
  const table = new Table(
    Object.fromEntries(columns.map(([, , vector], i) => [`c${String(i).padStart(3, '0')}`, vector])),
  );
  const bytes = Buffer.from(tableToIPC(table, 'stream'));
  const described = columns.map(([name, type]): Column => {
    const role = type === 'number' || type === 'integer' ? 'numeric' : 'text';
    return { name, type, role, roles: [role] };
  });
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return { schema: { rows: columns[0]?.[2].length ?? 0, columns: described }, bytes, digest };
}

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const numbers = (values: (number | null)[]) => vectorFromArray(values, new Float64());
const texts = (values: (string | null)[]) => vectorFromArray(values, new Utf8());

/** Every type that there is, each with a missing value. */
export const everyType = dataOf([
  ['b', 'boolean', vectorFromArray([true, false, null], new Bool())],
  ['i', 'integer', vectorFromArray([-2147483647, null, 7], new Int32())],
  ['n', 'number', numbers([0.1, null, 1e308])],
  ['t', 'text', texts(['ä "quoted" 😀', '', null])],
  ['d', 'date', vectorFromArray([day('1899-12-31'), null, day('2026-11-23')], new DateDay())],
  [
    's',
    'timestamp',
    new Vector([
      makeData({
        type: new TimestampMicrosecond('UTC'),
        data: BigInt64Array.of(0n, 0n, 1_700_000_000_000_000n),
        nullCount: 1,
        nullBitmap: Uint8Array.of(0b101),
      }),
    ]),
  ],
]);
/** What a program must read in {@link everyType}. */
export const everyValue = [
  [true, false, null],
  [-2147483647, null, 7],
  [0.1, null, 1e308],
  ['ä "quoted" 😀', '', null],
  ['1899-12-31', null, '2026-11-23'],
  ['1970-01-01T00:00:00', null, '2023-11-14T22:13:20'],
];

/** Texts that some reader somewhere takes for something else. */
export const hostileTexts = [
  'NA',
  'NaN',
  'null',
  'None',
  'TRUE',
  '1e5',
  '007',
  ' leading',
  'trailing ',
  'a\nb\r\nc\td',
  '"quoted", \'too\'',
  'back\\slash',
  '=1+1',
  '<script>',
  'e\u0301 is not é',
  'שלום',
  '\u{1f469}\u200d\u{1f52c}',
  '\ufeffmark',
  '\u007f',
  'x'.repeat(100_000),
];
export const hostileText = dataOf([['t', 'text', texts(hostileTexts)]]);

/** Names that are something else in some language, or nothing. */
export const hostileNames = [
  '__proto__',
  'constructor',
  'toString',
  'length',
  'names',
  'row.names',
  'index',
  'if',
  'function',
  'NULL',
  'None',
  'NA',
  '1',
  '.',
  '..',
  '../x',
  ' ',
  'a b',
  'a.b',
  'a$b',
  'a[0]',
  '`',
  '"',
  "'",
  '\\',
  'a\nb',
  'x/y~z',
  '😀',
  'é',
  'e\u0301',
  'x'.repeat(200),
];
export const hostileNamed = dataOf(hostileNames.map((name, i): Named => [name, 'number', numbers([i])]));

export const noRows = dataOf([
  ['n', 'number', numbers([])],
  ['t', 'text', texts([])],
  ['b', 'boolean', vectorFromArray([], new Bool())],
]);

/** A million rows; every value is a whole number, so that their sum is exact in any order. */
export function manyRows(): Data {
  const values = Float64Array.from({ length: 1_000_000 }, (_, i) => i % 1000);
  return dataOf([['n', 'number', vectorFromArray(values)]]);
}
export const manyRowsSum = 499_500_000;
