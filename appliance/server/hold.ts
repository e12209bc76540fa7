import { createHash } from 'node:crypto';
import net from 'node:net';
import { AssayError } from '@assay/sdk';

const answerWithinMs = 1000;

/** The process number that the holder of a name tells to whoever asks. */
function askHolder(name: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(name);
    let said = '';
    socket.setTimeout(answerWithinMs, () => socket.destroy());
    socket.on('data', (chunk) => {
      said += chunk;
    });
    // Whoever does not answer is still a holder: its number is then not known, and the sentence goes without.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(/^\d+$/.test(said) ? ` (process ${said})` : ''));
  });
}

/**
 * Holds a data directory as long as this process lives: the kernel drops the name when it dies, however that happens.
 * @param directory - its real path
 * @throws AssayError where another process holds it
 */
export async function holdDirectory(directory: string): Promise<() => Promise<void>> {
  // A name without a file. It says nothing of the path to others on this machine.
  const name = `\0assay-${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(String(process.pid));
  });
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(name, resolve));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new AssayError(
      'config.invalid',
      `Assay runs already with the data directory ${directory}${await askHolder(name)}; end it, or choose another directory with ASSAY_DATA.`,
    );
  }
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}
