import net from 'node:net';

/** Fails at once, as the api would fail at the end of a long first start, where it cannot listen there. */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ host, port }, resolve));
  await new Promise((resolve) => server.close(resolve));
}
