import {
  grantedRoles,
  type Permission,
  permissions,
  permissionsOf,
  scopeOf,
  scopes,
  scopeWords,
} from './domain/access/index.ts';
import { operations as httpOperations } from './gateway/http/index.ts';
import { mcpOperations } from './gateway/mcp/index.ts';

const code = (text: string) => `\`${text}\``;
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [row(headings), `|${'---|'.repeat(headings.length)}`, ...rows.map(row)];
}

function standing(role: (typeof grantedRoles)[number], permission: Permission): string {
  if (permissionsOf(role, false).has(permission)) return 'yes';
  return permissionsOf(role, true).has(permission) ? 'home' : '';
}

function operationRow(way: string, name: string, needed: readonly Permission[]): string[] {
  const needs = [...new Set(needed.map(scopeOf))];
  return [way, code(name), needed.map(code).join(' '), needs.map(code).join(' ')];
}

function httpRows(): string[][] {
  return httpOperations.map(({ name, auth, permission }) => {
    if (permission) return operationRow('REST', name, [permission]);
    return ['REST', code(name), auth === 'none' ? 'nobody is asked' : 'every member', ''];
  });
}

/** The page `docs/security/roles.md`, from the code; the tests of both gateways decide by it. */
export function describeAccess(): string {
  return [
    '# Roles, permissions and scopes',
    '',
    'Generated from `core/domain/access` and the tables of routes and tools; do not edit. `core/gateway/http/matrix.test.ts`',
    'reads it and asks for every operation as every role, in two workspaces, with ids of the own and of the other one.',
    '',
    'A call needs the permission, which the role gives, and the scope, which the token gives; a session of a browser has',
    'every scope. Without the permission the answer is 403 `access.denied`, without the scope 403 `access.scope_missing`,',
    'whether or not there is what was asked for. With both, what is of another workspace is answered as what is not',
    'there: 404.',
    '',
    '## What a role permits',
    '',
    '`home`: in the home workspace alone, since it concerns the whole installation.',
    '',
    ...table(
      ['permission', ...grantedRoles],
      permissions.map((permission) => [
        code(permission),
        ...grantedRoles.map((role) => standing(role, permission)),
      ]),
    ),
    '',
    '## What a scope is for',
    '',
    ...table(
      ['scope', 'in words', 'permissions'],
      Object.entries(scopes).map(([scope, given]) => [
        code(scope),
        scopeWords[scope as keyof typeof scopes],
        given.map(code).join(' '),
      ]),
    ),
    '',
    '## What an operation needs',
    '',
    'Rotating the root key needs `keys:rotate_root` too, and a token for a service `members:write`.',
    '',
    ...table(
      ['over', 'operation', 'permission', 'scope'],
      [
        ...httpRows(),
        ...mcpOperations.map(({ name, permissions: needed }) => operationRow('MCP', name, needed)),
      ],
    ),
    '',
  ].join('\n');
}
