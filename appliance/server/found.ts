import { recipes } from '@assay/images';
import { probeBubblewrap } from '@assay/runtime-process';
import type { Containers } from './messages.ts';
import type { Terminal } from './terminal.ts';

function tellContainers(terminal: Terminal, containers: Containers | undefined): void {
  if (!containers) {
    terminal.note('–', 'container engine: not found');
    terminal.note('–', '  what it costs: tools that need more than base R, and those in Python, cannot run');
    return;
  }
  const { images, socketPath } = containers;
  const built = images.map((image) => `${image.name} (${image.version})`);
  terminal.note(
    '✓',
    `container engine: ${socketPath}${built.length > 0 ? `, with ${built.join(', ')}` : ''}`,
  );
  for (const { name, title } of recipes)
    if (!images.some((image) => image.name === name))
      terminal.note('–', `  ${title} is not built; for tools that need it: npx assay image build ${name}`);
}

/** Says what this host offers beside Node, and what it costs where something is missing. */
export function tellWhatIsFound(terminal: Terminal, containers: Containers | undefined): void {
  const bubblewrap = probeBubblewrap();
  if ('path' in bubblewrap)
    terminal.note('✓', 'bubblewrap: found; tools run without network, files and environment');
  else {
    terminal.note('!', `bubblewrap: ${bubblewrap.missing}`);
    terminal.note('–', '  what it costs: in plain processes only the shipped plugins are allowed');
  }
  tellContainers(terminal, containers);
}
