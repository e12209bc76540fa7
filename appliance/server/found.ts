import { existsSync } from 'node:fs';
import { probeBubblewrap } from '@assay/runtime-process';
import type { Terminal } from './terminal.ts';

const engineSockets = ['/var/run/docker.sock', '/run/podman/podman.sock'];

/** Says what this host offers beside Node, and what it costs where something is missing. */
export function tellWhatIsFound(terminal: Terminal): void {
  const bubblewrap = probeBubblewrap();
  if ('path' in bubblewrap)
    terminal.note('✓', 'bubblewrap: found; tools run without network, files and environment');
  else {
    terminal.note('!', `bubblewrap: ${bubblewrap.missing}`);
    terminal.note(
      '–',
      '  what it costs: tools run in a plain process, so only the shipped plugins are allowed',
    );
  }
  const engine = engineSockets.find((socket) => existsSync(socket));
  if (engine) terminal.note('–', `container engine: found (${engine}); no tool of this version needs one`);
  else
    terminal.note(
      '–',
      'container engine: not found; nothing is lost, every tool of this version runs without one',
    );
}
