import { RefusedError, UsageError } from './exit.ts';
import type { Session } from './session.ts';

/** `plugin/tool`, with or without a version; the name of the tool alone where only one plugin has it. */
export async function resolveTool({ client, signal }: Session, reference: string): Promise<string> {
  if (/^[^/]+\/[^/]+$/.test(reference)) return reference;
  const [name = '', version] = reference.split('@', 2);
  const tools = await client.listTools({ signal });
  const found = tools.filter((tool) => tool.name.endsWith(`/${name}`)).map((tool) => tool.name);
  const [only] = found;
  if (only && found.length === 1) return version === undefined ? only : `${only}@${version}`;
  if (found.length > 1) throw new UsageError(`"${name}" could be ${found.join(' or ')}.`);
  throw new RefusedError(`There is no tool "${reference}"; there is ${tools.map((t) => t.name).join(', ')}.`);
}
