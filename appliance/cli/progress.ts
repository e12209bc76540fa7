import type { Job } from '@assay/client';
import { clean, type Terminal } from './terminal.ts';

const cells = 24;

function bar(fraction: number): string {
  const full = Math.round(Math.min(Math.max(fraction, 0), 1) * cells);
  return `${'█'.repeat(full)}${'░'.repeat(cells - full)}`;
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
    terminal.progress(`${total ? `${bar(bytes / total)} ` : ''}uploading ${clean(name)}, ${size}`);
  };
}

export function jobProgress(terminal: Terminal, { state, progress, tool }: Job): void {
  const stage = progress ? `${progress.stage}${progress.note ? `: ${progress.note}` : ''}` : state;
  terminal.progress(`${bar(progress?.fraction ?? 0)} ${tool}, ${clean(stage).replace(/\s+/g, ' ')}`);
}
