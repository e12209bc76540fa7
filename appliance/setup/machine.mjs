const least = 20;

/** Refuses a machine on which nothing could work, in one sentence that says what to do. */
export function checkMachine() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < least)
    throw new Error(`Node ${process.versions.node} is too old; install Node ${least} or newer.`);
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch))
    throw new Error(
      `Assay runs on Linux x64 and arm64; this is ${process.platform} ${process.arch}. Use a Linux machine or container.`,
    );
}
