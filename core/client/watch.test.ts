import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { test } from 'node:test';
import { AssayProblem, createClient } from './index.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that breaks off where the real one never would on demand; the nth request gets the nth answer. */
async function withServer(answers: readonly Answer[], use: (url: string) => Promise<void>): Promise<void> {
  let n = 0;
  const server = createServer((request, response) =>
    answers[Math.min(n++, answers.length - 1)]?.(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const event = (revision: number, state: string) =>
  `id: ${revision}\nevent: job\ndata: ${JSON.stringify({ revision, state })}\n\n`;

test('a stream that breaks is taken up after the last revision that was seen', async () => {
  const asked: (string | string[] | undefined)[] = [];
  const note = (request: IncomingMessage) => asked.push(request.headers['last-event-id']);
  const answers: Answer[] = [
    (request, response) => {
      note(request);
      response.write(`${event(1, 'queued')}id: 2\nevent: job\nda`, () => response.destroy());
    },
    (request, response) => {
      note(request);
      response.end(event(2, 'running'));
    },
    (request, response) => {
      note(request);
      response.end(event(3, 'succeeded'));
    },
  ];
  await withServer(answers, async (url) => {
    const jobs = await Array.fromAsync(createClient({ url }).watchJob('j'));
    assert.deepEqual(
      jobs.map((j) => j.revision),
      [1, 2, 3],
    );
    assert.deepEqual(asked, [undefined, '1', '2']);
  });
});

test('what would be refused again ends the watch', async () => {
  const problem = { code: 'job.not_found', status: 404, title: '', detail: 'no', issues: [], requestId: '' };
  const answer: Answer = (_, response) =>
    response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  await withServer([answer], async (url) => {
    await assert.rejects(
      Array.fromAsync(createClient({ url }).watchJob('j')),
      (error) => error instanceof AssayProblem && error.code === 'job.not_found',
    );
  });
});

test('a caller who has enough ends the connection', async () => {
  const closed = Promise.withResolvers<void>();
  const answer: Answer = (_, response) => {
    response.once('close', () => closed.resolve());
    response.write(event(1, 'queued'));
  };
  await withServer([answer], async (url) => {
    for await (const job of createClient({ url }).watchJob('j')) {
      assert.equal(job.state, 'queued');
      break;
    }
    await closed.promise;
  });
});
