import { parentPort, workerData } from 'node:worker_threads';
import { AssayError } from '@assay/sdk';
import { Device } from './device.ts';
import { destroyKey, listKeys, makeSecretKey, makeSigningKey, type OpenSession } from './keys.ts';
import type { Answer, KeyOperation, Reply, Request } from './protocol.ts';
import * as use from './use.ts';

/**
 * The thread that calls into the vendor's module: calls block it, so that they block nobody else. It is asked one thing
 * at a time (`module.ts` sees to that), and everything that it is asked gets one reply.
 */
const device = new Device(workerData.module);

async function carryOut({ token, operation }: Request): Promise<Answer> {
  switch (operation.does) {
    case 'open':
      return void (await device.open(token, { token: operation.name, pin: operation.pin }));
    case 'close':
      return void device.close(token);
    case 'check':
      return void device.session(token).check();
    default:
      return device.session(token).run((at) => withKeys(at, operation));
  }
}

function withKeys(at: OpenSession, operation: KeyOperation): Answer {
  switch (operation.does) {
    case 'keys':
      return listKeys(at, operation.prefix);
    case 'makeSecretKey':
      return void makeSecretKey(at, operation.label);
    case 'makeSigningKey':
      return void makeSigningKey(at, operation.label);
    case 'destroyKey':
      return void destroyKey(at, operation.label);
    case 'publicKey':
      return use.publicKey(at, operation.label);
    case 'seal':
      return use.seal(at, operation.label, asBuffer(operation.bytes), asBuffer(operation.aad));
    case 'open-sealed':
      return use.open(at, operation.label, asBuffer(operation.bytes), asBuffer(operation.aad));
    case 'sign':
      return use.sign(at, operation.label, asBuffer(operation.bytes));
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

parentPort?.on('message', async (request: Request) => {
  const { operation } = request;
  try {
    const answer = await carryOut(request);
    if (answer instanceof Uint8Array) {
      // A copy of its own, as a small buffer is part of a larger one, all of which would be sent.
      const bytes = new Uint8Array(answer);
      answer.fill(0);
      reply({ answer: bytes }, [bytes.buffer]);
    } else reply({ answer });
  } catch (error) {
    if (AssayError.is(error)) reply({ code: error.code, message: error.message });
    else
      reply({ code: 'internal.unexpected', message: error instanceof Error ? error.message : String(error) });
  }
  if ('bytes' in operation) operation.bytes.fill(0);
});

function reply(what: Reply, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(what, transfer);
}
