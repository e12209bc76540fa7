import { createHmac, timingSafeEqual } from 'node:crypto';
import { AssayError, type RunSpecification } from '@assay/sdk';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Run ids remembered, so that a recorded specification works once. */
const remembered = 100_000;

function refuse(why: string): AssayError {
  return new AssayError('run.specification_refused', `The run specification was refused: ${why}.`);
}

/** Opens specifications: only those made with the shared key, and each of them once. */
export function createSpecificationReader(
  key: Uint8Array,
): (bytes: Buffer, mac: unknown) => RunSpecification {
  const seen = new Set<string>();
  return (bytes, mac) => {
    const given = Buffer.from(typeof mac === 'string' ? mac : '', 'hex');
    const right = createHmac('sha256', key).update(bytes).digest();
    if (given.length !== right.length || !timingSafeEqual(given, right))
      throw refuse('it is not from our worker');
    const spec = JSON.parse(bytes.toString('utf8')) as RunSpecification;
    if (typeof spec.run !== 'string' || !uuid.test(spec.run)) throw refuse('its run id is not a uuid');
    if (seen.has(spec.run)) throw refuse('its run was carried out already');
    seen.add(spec.run);
    if (seen.size > remembered) seen.delete(seen.values().next().value ?? '');
    return spec;
  };
}
