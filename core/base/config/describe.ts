import { listSettings } from './settings.ts';

/** The reference page of the configuration, in Markdown. */
export function describeConfig(): string {
  const settings = listSettings();
  const sections = [...new Set(settings.map((s) => s.path[0]))];
  const lines = [
    '# Configuration',
    '',
    'Generated from `core/base/config/schema.ts`; do not edit.',
    '',
    'Settings come from a JSON file (`ASSAY_CONFIG`, or `config.json` in the data directory), then from the environment.',
    'A key or an `ASSAY_` variable that is not listed here stops the start. `ASSAY_DATA` names the data directory',
    '(`.assay` in the current folder where it is not set).',
  ];
  for (const section of sections) {
    const own = settings.filter((s) => s.path[0] === section);
    lines.push(
      '',
      `## ${section}`,
      '',
      own[0]?.section ?? '',
      '',
      '| key | variable | type | default | meaning |',
      '|---|---|---|---|---|',
    );
    for (const s of own)
      lines.push(
        `| \`${s.path.join('.')}\` | \`${s.variable}\` | ${s.type} | ${s.default === undefined ? '' : `\`${JSON.stringify(s.default)}\``} | ${s.description} |`,
      );
  }
  return `${lines.join('\n')}\n`;
}
