import { connect, type Socket } from 'node:net';

/** A connection that says exactly what a test wants said. */
export function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Sends lines joined by CRLF and gives everything that came until the server closed. */
export async function speak(port: number, ...lines: string[]): Promise<string> {
  const socket = await openSocket(port);
  socket.setEncoding('utf8');
  socket.write(lines.join('\r\n'));
  let heard = '';
  for await (const chunk of socket) heard += chunk;
  return heard;
}
