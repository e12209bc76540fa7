import type { ColumnRole, ColumnType } from '@assay/sdk';
import { limits } from './limits.ts';

/** What decides the roles of a column. */
export interface RoleFacts {
  readonly name: string;
  readonly type: ColumnType;
  readonly present: number;
  readonly distinct: number;
  /** Characters of the longest text. */
  readonly longest: number;
}

/** `id`, `patient_id`, `CustomerKey`, `order no.`: the word alone, not as part of another. */
const idCase = /[a-z](Id|ID|Key|No|Nr|Code)$/;
const idWord = /(^|[^\p{L}])(id|key|no|nr|code)([^\p{L}]|$)/iu;

function namedLikeId(name: string): boolean {
  return idWord.test(name) || idCase.test(name);
}

function rolesOf({ type, distinct, longest }: RoleFacts): ColumnRole[] {
  const group = distinct > 0 && longest <= limits.level;
  switch (type) {
    case 'boolean':
      return ['category'];
    case 'integer':
      return distinct > 0 && distinct <= 100 ? ['numeric', 'category', 'id'] : ['numeric', 'id'];
    case 'number':
      return distinct > 0 && distinct <= 20 ? ['numeric', 'category'] : ['numeric'];
    case 'date':
    case 'timestamp':
      return ['time'];
    case 'text':
      return group && distinct <= limits.levels ? ['category', 'id', 'text'] : ['id', 'text'];
  }
}

/** Texts that repeat are groups; few different ones are too, in a small table. */
function isFewValued({ distinct, present }: RoleFacts): boolean {
  return distinct <= 20 || distinct <= present / 5;
}

/** Every role a column can take, and the one that is proposed. */
export function proposeRole(facts: RoleFacts): { role: ColumnRole; roles: ColumnRole[] } {
  const roles = rolesOf(facts);
  const allDistinct = facts.present > 1 && facts.distinct === facts.present;
  let role: ColumnRole = roles[0] ?? 'text';
  if (roles.includes('id') && allDistinct && namedLikeId(facts.name)) role = 'id';
  else if (facts.type === 'text')
    role = roles.includes('category') && isFewValued(facts) ? 'category' : 'text';
  return { role, roles };
}
