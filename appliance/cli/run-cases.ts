import path from 'node:path';
import type { CaseRun } from '@assay/authoring';
import { readImages } from '@assay/images';
import { checkCase, differences, isAsStrong } from '@assay/sdk';
import { asked, authoring } from './author.ts';
import { UsageError } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** Where cases are run, and which of them. */
export interface CaseFlags {
  readonly json?: boolean;
  readonly data?: string;
  readonly socket?: string;
  readonly runtime?: string;
  readonly case?: string;
  readonly withoutWall?: boolean;
}

/** What became of a case in one runtime; `skipped` says why it was not run there. */
export interface Verdict {
  readonly tool: string;
  readonly case: string;
  readonly runtime: string;
  readonly findings: readonly string[];
  readonly skipped?: string;
}

const unlike =
  'two runs gave different results: take random numbers from the seed of the run alone, or say "determinism": "approximate" in tool.json';

const usualSocket = '/var/run/docker.sock';

async function containersOf({ data, socket }: CaseFlags) {
  const directory = path.resolve(data ?? (process.env.ASSAY_DATA || '.assay'));
  const images = await readImages(path.join(directory, 'images.json'));
  if (images.length === 0) return undefined;
  const socketPath = socket ?? (process.env.ASSAY_CONTAINERS_SOCKET || usualSocket);
  return { socketPath, images, owner: 'plugin-test' };
}

export function tellVerdict(
  { tool, case: id, runtime, findings, skipped }: Verdict,
  terminal: Terminal,
): void {
  const sign = skipped ? '-' : findings.length === 0 ? '✓' : '✗';
  terminal.say(`${sign} ${tool} ${id} (${runtime})${skipped ? `: ${skipped}` : ''}`);
  for (const finding of findings) terminal.say(`    ${finding}`);
}

/** Runs all cases of a folder in every runtime that their tools name and this machine has. */
export async function* runCases(
  folder: string,
  flags: CaseFlags,
  casesAre: 'its own' | 'of another version' = 'its own',
): AsyncGenerator<Verdict> {
  const { checkPlugin, createCaseRunner, openPlaces, readCase } = await authoring();
  const { plugin, directory, findings } = await asked(checkPlugin(folder));
  if (casesAre === 'its own' && findings.length > 0)
    throw new UsageError(`The plugin is not sound; "assay plugin check ${folder}" says why: ${findings[0]}`);
  const containers = await containersOf(flags);
  const places = await openPlaces({ prestart: 1, ...(containers ? { containers } : {}) });
  try {
    const runner = createCaseRunner(places.table);
    for (const tool of plugin.tools) {
      const home = path.join(directory, tool.name.slice(tool.name.indexOf('/') + 1));
      const ids = tool.manifest.cases.filter((id) => flags.case === undefined || id === flags.case);
      const kinds = tool.manifest.runtimes.filter((kind) => !flags.runtime || kind === flags.runtime);
      // One that is well is run twice in each: the same bytes are to come.
      const promised = new Set(tool.manifest.determinism === 'approximate' ? [] : kinds);
      for (const id of ids) {
        const golden = await readCase(home, id);
        let before: { readonly kind: string; readonly run: CaseRun } | undefined;
        for (const kind of kinds) {
          const verdict = { tool: tool.name, case: id, runtime: kind, findings: [] };
          const place = places.find(kind, tool.manifest.program);
          if (!place) {
            yield { ...verdict, skipped: 'no image is built here ("assay image build")' };
            continue;
          }
          const { isolation } = await place.describe();
          if (!flags.withoutWall && !isAsStrong(isolation, plugin.isolation)) {
            yield { ...verdict, skipped: 'bubblewrap is missing; --without-wall runs it as you' };
            continue;
          }
          const twice = promised.has(kind) && !golden.expect_error;
          const [run, again] = await runner.run(tool, home, golden, twice ? [place, place] : [place]);
          if (!run) continue;
          if (twice) promised.delete(kind);
          const other = before ? differences(before.run.values, run.values) : [];
          const apart = other.map((line) => `not as in ${before?.kind}: ${line}`);
          const restless = again && again.digest !== run.digest ? [unlike] : [];
          yield { ...verdict, findings: [...run.unsound, ...checkCase(golden, run), ...apart, ...restless] };
          before ??= { kind, run };
        }
      }
    }
  } finally {
    await places.close();
  }
}
