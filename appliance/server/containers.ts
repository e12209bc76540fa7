import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import http from 'node:http';
import type { Config } from '@assay/core';
import { readImages } from '@assay/images';
import { AssayError } from '@assay/sdk';
import type { DataDirectory } from './data-directory.ts';
import type { Containers } from './messages.ts';

const usualSocket = '/var/run/docker.sock';
const answerWithinMs = 3000;

/** True where something at the socket answers as a container engine does. */
function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get({ socketPath, path: '/_ping', timeout: answerWithinMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

/**
 * The container engine of this host and the images that were built for this appliance.
 * @throws AssayError where one is configured that does not answer
 */
export async function findContainers(config: Config, data: DataDirectory): Promise<Containers | undefined> {
  const { socket, ociRuntime } = config.containers;
  const socketPath = socket ?? (existsSync(usualSocket) ? usualSocket : undefined);
  if (!socketPath) return undefined;
  if (!(await answers(socketPath))) {
    if (!socket) return undefined;
    throw new AssayError(
      'config.invalid',
      `No container engine answers at ${socket} (containers.socket); start it, or take the setting out.`,
    );
  }
  const owner = createHash('sha256').update(data.path).digest('hex').slice(0, 16);
  return { socketPath, owner, images: await readImages(data.images), ...(ociRuntime ? { ociRuntime } : {}) };
}
