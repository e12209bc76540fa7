import type { Job } from '@assay/client';
import { clean, type Terminal } from './terminal.ts';

const cells = 24;

/** `████░░░░  45 %  `. */
function bar(fraction: number): string {
  const part = Math.min(Math.max(fraction, 0), 1);
  const full = Math.round(part * cells);
  const percent = String(Math.floor(part * 100)).padStart(3);
  return `${'█'.repeat(full)}${'░'.repeat(cells - full)} ${percent} %  `;
}

function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ');
}

export function showBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}

/** At most ten lines a second: what is drawn more often nobody sees. */
export function uploadProgress(terminal: Terminal, name: string) {
  let last = 0;
  return (bytes: number, total: number | undefined) => {
    const now = performance.now();
    if (now - last < 100 && bytes !== total) return;
    last = now;
    const size = total === undefined ? showBytes(bytes) : `${showBytes(bytes)} of ${showBytes(total)}`;
    terminal.progress(`${total ? bar(bytes / total) : ''}uploading ${oneLine(name)}, ${size}`);
  };
}

/**
 * Shows a job as it goes: one line in place on a terminal. Elsewhere one line for each stage where `plain` is asked
 * for, and nothing without it.
 */
export function jobProgress(terminal: Terminal, plain: boolean) {
  let said = '';
  return ({ state, progress, tool }: Job) => {
    const stage = state === 'running' && progress ? progress.stage : state;
    if (terminal.live) {
      const note = state === 'running' && progress?.note ? `: ${progress.note}` : '';
      terminal.progress(`${bar(progress?.fraction ?? 0)}${tool}, ${oneLine(`${stage}${note}`)}`);
    } else if (plain && stage !== said) {
      said = stage;
      terminal.say(`${tool}: ${oneLine(stage)}`);
    }
  };
}
