import type { Erasure } from '@assay/client';
import { renderFacts } from './table.ts';

export function renderErasure(erasure: Erasure): string {
  return renderFacts([
    ['erasure', erasure.id],
    ['subject', `${erasure.subject.kind} ${erasure.subject.id}`],
    ['objects', erasure.objects],
    ['key destroyed', erasure.destroyedAt],
    ['irrecoverable from', erasure.irrecoverableFrom],
    ['reason', erasure.reason],
  ]);
}
