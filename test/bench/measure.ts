/** Two sides of one measurement, taken in turns so that both see the same machine. Times in milliseconds. */
export interface Comparison {
  readonly name: string;
  readonly ours: number;
  readonly floor: number;
  readonly ratio: number;
  readonly runs: number;
  readonly unit: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Medians of `runs` interleaved rounds after `warm` rounds that do not count. */
export async function compare(
  name: string,
  ours: () => Promise<unknown>,
  floor: () => Promise<unknown>,
  options: { readonly runs: number; readonly warm: number; readonly pause?: () => Promise<unknown> },
): Promise<Comparison> {
  const sides: [number[], number[]] = [[], []];
  for (let i = -options.warm; i < options.runs; i += 1) {
    await options.pause?.();
    const a = await time(ours);
    const b = await time(floor);
    if (i >= 0) {
      sides[0].push(a);
      sides[1].push(b);
    }
  }
  const [a, b] = [median(sides[0]), median(sides[1])];
  return { name, ours: a, floor: b, ratio: a / b, runs: options.runs, unit: 'ms' };
}

export function print(rows: readonly Comparison[]): string {
  const lines = rows.map(
    (r) =>
      `| ${r.name} | ${r.ours.toFixed(2)} ${r.unit} | ${r.floor.toFixed(2)} ${r.unit} | ${r.ratio.toFixed(2)} | ${r.runs} |`,
  );
  return ['| what (against) | Assay | against | ratio | runs |', '|---|---|---|---|---|', ...lines].join(
    '\n',
  );
}
