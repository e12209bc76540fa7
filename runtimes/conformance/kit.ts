import assert from 'node:assert/strict';
import { programLines, ResultDocument } from '@assay/sdk';
import { Compile } from 'typebox/compile';
import { type Asked, type Conversation, converse, type Start } from './converse.ts';
import type { Language, ToolName } from './language.ts';

/** What a rule has to try a program with. */
export interface Kit {
  readonly start: Start;
  readonly language: Language;
  /** One conversation; the same asked again is answered by the first, since a program is deterministic by a rule of its own. */
  talk(asked: Asked): Promise<Conversation>;
  /** A conversation of its own. */
  afresh(asked: Asked): Promise<Conversation>;
}

export function createKit(start: Start, language: Language): Kit {
  const talked = new Map<string, Promise<Conversation>>();
  const afresh = (asked: Asked) => converse(start, language, asked);
  return {
    start,
    language,
    afresh,
    talk(asked) {
      const { data, ...rest } = asked;
      const key = JSON.stringify([rest, data?.digest]);
      const known = talked.get(key) ?? afresh(asked);
      talked.set(key, known);
      return known;
    },
  };
}

export const lineChecks = Object.fromEntries(
  Object.entries(programLines).map(([t, schema]) => [t, Compile(schema)]),
);
const resultCheck = Compile(ResultDocument);

/** The result of a conversation that must have gone well, held against its schema. */
export function resultOf({ result, lines, log }: Conversation): ResultDocument {
  assert.ok(
    result,
    `there is no result; it said ${JSON.stringify(lines).slice(0, 500)}, and printed ${log.slice(-500)}`,
  );
  const document: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(result));
  const [first] = resultCheck.Errors(document);
  assert.ok(!first, `the result does not fit its schema: ${first?.instancePath} ${first?.message}`);
  return document as ResultDocument;
}

/** `values` of a tool that must have gone well. */
export async function valuesOf(kit: Kit, tool: ToolName, more: Omit<Asked, 'tool'> = {}) {
  return resultOf(await kit.talk({ tool, ...more })).values as Record<string, unknown>;
}

/** The names of the lines in their order, without those that may come anywhere. */
export function namesOf({ lines }: Conversation): string[] {
  return lines.map(({ t }) => t).filter((t) => t !== 'log');
}

/**
 * Compares large values, and shows the first piece that is not the same instead of all of them.
 * @throws AssertionError
 */
export function mustEqual(got: unknown, wanted: unknown): void {
  const [one, other] = [JSON.stringify(got) ?? '', JSON.stringify(wanted)];
  if (one === other) return;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const from = Math.max(0, at - 40);
  assert.fail(`at character ${at}: got ${one.slice(from, at + 80)} instead of ${other.slice(from, at + 80)}`);
}
