import { ConfigSchema } from './schema.ts';

export interface Setting {
  /** Section and key. */
  readonly path: readonly [string, string];
  /** `ASSAY_HTTP_PORT` */
  readonly variable: string;
  readonly type: string;
  readonly default: unknown;
  readonly description: string;
  readonly section: string;
}

interface Node {
  readonly type?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
}

function upper(name: string): string {
  return name.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase();
}

/** Every setting there is, read off the schema. */
export function listSettings(): Setting[] {
  const schema: Node = ConfigSchema as unknown as Node;
  return Object.entries(schema.properties ?? {}).flatMap(([section, { properties = {}, description = '' }]) =>
    Object.entries(properties).map(([key, node]) => ({
      path: [section, key] as const,
      variable: `ASSAY_${upper(section)}_${upper(key)}`,
      type: node.enum ? node.enum.map((v) => `\`${v}\``).join(' or ') : (node.type ?? 'string'),
      default: node.default,
      description: node.description ?? '',
      section: description,
    })),
  );
}
