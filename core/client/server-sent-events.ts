/** One event of a stream, as its sender meant it. */
export interface ServerSentEvent {
  /** The last id that was sent, also by an earlier event. */
  readonly id: string;
  /** `message` where none was named. */
  readonly event: string;
  readonly data: string;
}

const maxLine = 16 * 1024 * 1024;

/** Lines, whichever of the three endings they have. */
async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    // A CR at the very end may be the first half of CRLF: it waits for the next chunk.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > maxLine) throw new Error('A line of the event stream is longer than 16 MiB.');
    yield* lines;
  }
}

/** Reads `text/event-stream` (WHATWG HTML, 9.2.6). An event that the end of the stream cut off is dropped. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent, void> {
  let id = '';
  let event = '';
  let data: string[] = [];
  for await (const line of readLines(body)) {
    if (line === '') {
      if (data.length > 0) yield { id, event: event || 'message', data: data.join('\n') };
      event = '';
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
  }
}
