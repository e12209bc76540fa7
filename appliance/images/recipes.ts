/** What a runtime image is made of: packages of Debian, and our entry programs beside them. */
export interface Recipe {
  readonly name: string;
  /** Said to people. */
  readonly title: string;
  readonly suite: 'trixie';
  readonly packages: readonly string[];
  /** Taken out when the packages are set up; patterns from the image's root. */
  readonly pruned: readonly string[];
  /** Folder of entry programs, from the project's root, and which of its files; they are put into `/assay`. */
  readonly entry: { readonly folder: string; readonly files: readonly string[] };
  /** Command that starts the program; its standard output is the protocol, the rest is the log. */
  readonly command: string;
}

const r: Recipe = {
  name: 'r-stats',
  title: 'R with survival',
  suite: 'trixie',
  packages: ['r-base-core', 'r-cran-jsonlite', 'r-cran-nanoarrow', 'r-cran-survival'],
  pruned: ['usr/lib/R/library/tcltk', 'usr/share/fonts'],
  entry: { folder: 'runtimes/r', files: ['entry.R', 'container.R', 'prime.R', 'start.R'] },
  command: 'R --vanilla --no-echo --file=/assay/start.R',
};

const python: Recipe = {
  name: 'py-core',
  title: 'Python with scikit-learn',
  suite: 'trixie',
  packages: ['python3-minimal', 'python3-flatbuffers', 'python3-numpy', 'python3-pandas', 'python3-sklearn'],
  // Python compiles a package's tests when it is set up, so that they can be left out only afterwards; numpy's are used.
  pruned: ['pandas/tests', 'sklearn/tests', 'sklearn/*/tests', 'sklearn/*/*/tests', 'scipy/*/tests'].map(
    (folder) => `usr/lib/python3/dist-packages/${folder}`,
  ),
  entry: { folder: 'runtimes/python', files: ['arrow.py', 'entry.py', 'start.py'] },
  command: 'python3 -s -P -B /assay/start.py',
};

export const recipes: readonly Recipe[] = [r, python];

/** Left out of every image: what only people or compilers read. */
export const excluded = [
  '/usr/share/doc/*',
  '/usr/share/man/*',
  '/usr/share/locale/*',
  '/usr/share/i18n/*',
  '/usr/share/info/*',
  '/usr/share/lintian/*',
  '/usr/share/icons/*',
  '/usr/include/*',
  '/usr/lib/R/library/*/help/*',
  '/usr/lib/R/library/*/html/*',
  '/usr/lib/R/library/*/doc/*',
  '/usr/lib/*/*.a',
];

/** What setting packages up leaves behind, in every image. */
export const alwaysPruned = [
  'var/lib/apt/lists/*',
  'var/cache/*',
  'var/log/*',
  'tmp/*',
  // Where the packages came from is no part of what they are: mirror and pool give one image.
  'etc/apt/sources.list',
];

/** Kept of what is left out: the licences that the packages come under. */
export const included = ['/usr/share/doc/*/copyright'];
