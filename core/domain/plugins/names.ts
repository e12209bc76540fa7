const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;
const deepest = 8;

/** A name as a sentence can hold it. */
const show = (name: string) =>
  JSON.stringify(name).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);

/** What is wrong with the name of a file or folder, or nothing. @param within its folder, for the sentence */
export function checkName(name: string, within: string): string | undefined {
  return plainName.test(name)
    ? undefined
    : `${within || '.'}: the name ${show(name)} is not taken; letters, digits, dots, hyphens, a letter or digit first`;
}

/** What is wrong with how deep a folder lies, or nothing. @param folder from the plugin's, without a slash at its ends */
export function checkDepth(folder: string): string | undefined {
  return folder.split('/').length > deepest ? `${folder}: lies deeper than ${deepest} folders` : undefined;
}

/** The first thing that is wrong with a path inside a package, or nothing. It can then point nowhere else. */
export function checkPath(file: string): string | undefined {
  const parts = file.split('/');
  for (const [i, part] of parts.entries()) {
    const within = parts.slice(0, i).join('/');
    const wrong = checkName(part, within) ?? (i === 0 ? undefined : checkDepth(within));
    if (wrong) return wrong;
  }
  return undefined;
}
