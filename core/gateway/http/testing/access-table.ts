import { readFile } from 'node:fs/promises';
import type { GrantedRole, Scope } from '../../../domain/access/index.ts';

/** Who asks: a role in a workspace, with a token of these scopes. */
export interface Standing {
  readonly role: GrantedRole;
  readonly home: boolean;
  readonly scopes: readonly Scope[];
}

export interface Operation {
  readonly way: 'REST' | 'MCP';
  /** `GET /v1/jobs`, or `tools/call list_datasets`. */
  readonly name: string;
  readonly auth: 'token' | 'none';
  readonly needs: readonly { readonly permission: string; readonly scope: string }[];
}

export type Decision = 'allowed' | 'access.denied' | 'access.scope_missing';

/** What docs/security/roles.md says. */
export interface AccessTable {
  readonly operations: readonly Operation[];
  decide(standing: Standing, operation: Operation): Decision;
}

const page = new URL('../../../../docs/security/roles.md', import.meta.url);

/** The cells of the table under a heading, row by row, without the row of headings and the line under it. */
function rowsUnder(text: string, heading: string): string[][] {
  const [, section = ''] = text.split(`## ${heading}\n`);
  const [body = ''] = section.split('\n## ');
  const lines = body.split('\n').filter((line) => line.startsWith('|'));
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

function codes(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** Reads the page as a person would: it is the oracle, and knows nothing of the code that it was made from. */
export async function readAccessTable(): Promise<AccessTable> {
  const text = await readFile(page, 'utf8');
  const [heading = [], , ...permitted] = rowsUnder(text, 'What a role permits');
  const standing = new Map<string, string>();
  for (const [permission, ...cells] of permitted)
    for (const [at, cell] of cells.entries())
      standing.set(`${codes(permission)[0]} ${heading[at + 1]}`, cell);
  const scopeOf = new Map<string, string>();
  for (const [scope, , given] of rowsUnder(text, 'What a scope is for').slice(2))
    for (const permission of codes(given)) scopeOf.set(permission, codes(scope)[0] ?? '');
  const operations = rowsUnder(text, 'What an operation needs')
    .slice(2)
    .map(([way, name, who]): Operation => {
      const needs = codes(who).map((permission) => ({ permission, scope: scopeOf.get(permission) ?? '' }));
      const auth = who === 'nobody is asked' ? 'none' : 'token';
      return { way: way === 'MCP' ? 'MCP' : 'REST', name: codes(name)[0] ?? '', auth, needs };
    });
  return {
    operations,
    decide({ role, home, scopes }, { needs }) {
      for (const { permission, scope } of needs) {
        const cell = standing.get(`${permission} ${role}`);
        if (cell !== 'yes' && !(cell === 'home' && home)) return 'access.denied';
        if (!(scopes as readonly string[]).includes(scope)) return 'access.scope_missing';
      }
      return 'allowed';
    },
  };
}
