import { type Node, parseTree } from 'jsonc-parser';

function parse(text: string): Node | undefined {
  try {
    return parseTree(text);
  } catch (error) {
    // Nested beyond what the parser can go into: what is wrong is said without its line.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The value of a member, or an item of a list. */
function childOf({ type, children = [] }: Node, step: string): Node | undefined {
  if (type === 'array') return children[Number(step)];
  return children.find(({ children: [name] = [] }) => name?.value === step)?.children?.[1];
}

/**
 * The line of a JSON text, from 1, on which the value at a pointer (RFC 6901) begins, or else what is nearest above it.
 * @returns nothing where the text cannot be gone through
 */
export function lineOf(text: string, pointer: string): number | undefined {
  let node = parse(text);
  if (!node) return undefined;
  for (const step of pointer.split('/').slice(1)) {
    const child = childOf(node, step.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (!child) break;
    node = child;
  }
  // A member begins with its name.
  const { offset } = node.parent?.type === 'property' ? node.parent : node;
  return text.slice(0, offset).split('\n').length;
}
