import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');

/** What others build on: each is a folder below `core` with a `tsconfig.build.json`. */
export const publishedPackages = ['client', 'sdk'] as const;
export type PublishedPackage = (typeof publishedPackages)[number];

/** What lies beside the code of a package and belongs to it. */
const besides: Readonly<Record<PublishedPackage, readonly string[]>> = {
  client: ['README.md', 'generated'],
  sdk: ['README.md', 'schemas'],
};

/**
 * Makes a folder that can be packed and published: JavaScript with its types, for any Node from 20 on.
 * @param to - is replaced
 */
export async function buildPackage(name: PublishedPackage, to: string): Promise<void> {
  const from = path.join(root, 'core', name);
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', path.join(from, 'tsconfig.build.json'), '--outDir', to], {
    cwd: root,
  });
  for (const beside of besides[name])
    await cp(path.join(from, beside), path.join(to, beside), { recursive: true });
  await cp(path.join(root, 'LICENSE'), path.join(to, 'LICENSE'));
  const { devDependencies: _, ...manifest } = JSON.parse(
    await readFile(path.join(from, 'package.json'), 'utf8'),
  );
  const built = {
    ...manifest,
    exports: {
      '.': { types: './index.d.ts', default: './index.js' },
      ...(name === 'sdk' ? { './schemas/*': './schemas/*' } : {}),
    },
    engines: { node: '>=20' },
  };
  await writeFile(path.join(to, 'package.json'), `${JSON.stringify(built, null, 2)}\n`);
}

/** Everything that a package lets others use, in one text: what changes there changes for them. */
export async function reportApi(name: PublishedPackage): Promise<string> {
  // Within the repository, where the types of its dependencies are found.
  const dist = path.join(root, 'core', name, 'dist');
  await mkdir(dist, { recursive: true });
  const folder = await mkdtemp(path.join(dist, 'report-'));
  try {
    await buildPackage(name, folder);
    const quiet = { default: { logLevel: 'none' as never } };
    const config = ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: path.join(folder, 'package.json'),
      configObject: {
        projectFolder: folder,
        mainEntryPointFilePath: path.join(folder, 'index.d.ts'),
        compiler: {
          overrideTsconfig: {
            compilerOptions: {
              module: 'nodenext',
              target: 'es2022',
              strict: true,
              types: ['node'],
              skipLibCheck: true,
            },
          },
        },
        apiReport: {
          enabled: true,
          reportFileName: `${name}.api.md`,
          reportFolder: folder,
          reportTempFolder: path.join(folder, 'temp'),
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        newlineKind: 'lf',
        messages: {
          compilerMessageReporting: { default: { logLevel: 'error' as never } },
          extractorMessageReporting: quiet,
          tsdocMessageReporting: quiet,
        },
      },
    });
    Extractor.invoke(config, {
      localBuild: true,
      // Whether the report changed is for whoever asked for it to say.
      messageCallback: (message) => {
        if (message.category === 'console') message.handled = true;
      },
    });
    return await readFile(path.join(folder, `${name}.api.md`), 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
