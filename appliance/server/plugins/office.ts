import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PluginSource } from '@assay/core/plugins';
import { AssayError } from '@assay/sdk';
import { type FipsMode, fipsArguments } from '../fips-mode.ts';
import type { Answer, PluginRequest } from '../messages.ts';
import type { Errand, Found, OwnPlugin } from './messages.ts';

/** A package of 64 MB, unpacked and once more as files; a hundred schemas that take their two seconds each. */
const limits = { memoryMb: 512, milliseconds: 300_000 };

export interface OfficeOptions {
  readonly store: string;
  /** File of the trust policy, where one is configured. It is read anew each time. */
  readonly policyFile: string | undefined;
  readonly own: readonly OwnPlugin[];
  readonly development: readonly string[];
  readonly fips: FipsMode | undefined;
  /** What the process writes when it breaks. */
  readonly lastWords: string;
  /** Told of all plugins after each change; done when everybody has them. */
  readonly onChange: (plugins: readonly PluginSource[]) => Promise<void>;
}

async function readPolicyFile(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new AssayError(
      'config.invalid',
      `The trust policy ${file} ("plugins.trust") cannot be read: ${(cause as NodeJS.ErrnoException).code}.`,
      { cause },
    );
  }
}

/** One errand, in a process of its own that ends with it. */
function send(
  errand: Errand,
  { fips, lastWords }: OfficeOptions,
  atWork: Set<ChildProcess>,
): Promise<Answer<Found>> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer<Found>>();
  const { PATH } = process.env;
  const file = openSync(lastWords, 'a', 0o600);
  const child = fork(new URL('./office-child.ts', import.meta.url), [], {
    env: { PATH, LANG: 'C.UTF-8', TZ: 'UTC' },
    execArgv: [
      '--disable-warning=ExperimentalWarning',
      `--max-old-space-size=${limits.memoryMb}`,
      ...fipsArguments(fips),
    ],
    serialization: 'advanced',
    stdio: ['ignore', file, file, 'ipc'],
  });
  closeSync(file);
  atWork.add(child);
  const late = setTimeout(() => child.kill('SIGKILL'), limits.milliseconds);
  child.once('message', (answer: Answer<Found>) => resolve(answer));
  child.once('error', reject);
  child.once('exit', (code, signal) => {
    clearTimeout(late);
    atWork.delete(child);
    reject(
      new AssayError(
        'plugin.refused',
        `What looks at plugins did not survive it (${signal ?? `exit code ${code}`}); its log, ${path.basename(lastWords)}, says why.`,
      ),
    );
  });
  child.send(errand, (error) => error && reject(error));
  return promise;
}

/** Keeps the installed plugins: one change at a time, each in a process of its own. */
export function openOffice(options: OfficeOptions) {
  let last: Promise<unknown> = Promise.resolve();
  const atWork = new Set<ChildProcess>();

  async function go(request?: PluginRequest): Promise<Found> {
    const policy = await readPolicyFile(options.policyFile);
    const errand = {
      ...{ store: options.store, own: options.own, development: options.development },
      ...{ fips: options.fips !== undefined },
      ...(policy === undefined ? {} : { policy }),
      ...(request ? { request } : {}),
    };
    const answer = await send(errand, options, atWork);
    if ('value' in answer) return answer.value;
    const { code, message, issues } = answer.error;
    throw new AssayError(code, message, { issues });
  }

  return {
    /** At a start: installs what the release brings along, and finds all. @throws AssayError config.invalid */
    async find(): Promise<readonly PluginSource[]> {
      return (await go()).plugins;
    },
    /** Nothing of it goes on: what was half done is swept away by the next errand. */
    async close(): Promise<void> {
      await Promise.all(
        [...atWork].map((child) => {
          const exited = once(child, 'exit');
          child.kill('SIGKILL');
          return exited;
        }),
      );
    },
    /** Looks at all plugins again, and tells everybody. */
    refresh(): Promise<void> {
      const work = last.then(async () => options.onChange((await go()).plugins));
      last = work.catch(() => undefined);
      return work;
    },
    /** Does what the api asks, and tells everybody where it changed something. */
    ask(request: PluginRequest): Promise<Answer> {
      const work = last.then(async (): Promise<Answer> => {
        try {
          const { answer, plugins } = await go(request);
          if ('value' in answer && request.method !== 'give') await options.onChange(plugins);
          return answer;
        } catch (error) {
          const known = AssayError.is(error) ? error : new AssayError('internal.unexpected', String(error));
          return { error: { code: known.code, message: known.message, issues: known.issues } };
        }
      });
      last = work;
      return work;
    },
  };
}
export type Office = ReturnType<typeof openOffice>;
