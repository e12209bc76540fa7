import {
  AssayError,
  collect,
  type JobDocument,
  type JobInput,
  type ResultDocument,
  type Runtime,
  writeFrame,
} from '@assay/sdk';

/** How a program ended a run. */
export interface Answer {
  readonly result?: ResultDocument;
  readonly error?: { readonly class: string; readonly code: string; readonly message: string };
  readonly blobs: ReadonlyMap<string, Buffer>;
}

/** What is run: a tool of a plugin, or a built-in program of a runtime. */
export interface Subject {
  readonly tool: string;
  readonly version: string;
  readonly program: string;
  readonly limits: JobDocument['limits'];
  readonly code: ReadonlyMap<string, Buffer>;
}

const startWithinMs = 120_000;

/**
 * One run of one program in a runtime, by the run protocol.
 * @throws AssayError run.protocol_violated where it ends without a word
 */
export async function talk(
  runtime: Runtime,
  subject: Subject,
  seed: number,
  params: object,
  inputs: readonly { readonly input: JobInput; readonly body: Buffer }[],
): Promise<Answer> {
  const { code, ...rest } = subject;
  const { seconds, memoryMb } = subject.limits;
  const handle = await runtime.take(AbortSignal.timeout(startWithinMs));
  try {
    handle.begin({ seconds, memoryMb });
    const job = {
      ...rest,
      protocol: 'run/1',
      seed,
      threads: 1,
      locale: 'C.UTF-8',
      deadline: seconds,
      inputs: inputs.map(({ input }) => input),
      params,
    };
    await writeFrame(handle.input, { t: 'run' }, Buffer.from(JSON.stringify(job)));
    for (const [name, bytes] of code) await writeFrame(handle.input, { t: 'code', name }, bytes);
    for (const { input, body } of inputs)
      await writeFrame(handle.input, { t: 'input', slot: input.slot }, body);
    await writeFrame(handle.input, { t: 'go' });
    const blobs = new Map<string, Buffer>();
    let result: ResultDocument | undefined;
    for await (const { header, body: said } of handle.output) {
      const bytes = await collect(said);
      if (header.t === 'blob') blobs.set(String(header.id), bytes);
      else if (header.t === 'result') result = JSON.parse(bytes.toString('utf8')) as ResultDocument;
      else if (header.t === 'error') return { error: header as unknown as Answer['error'], blobs } as Answer;
      else if (header.t === 'done') break;
    }
    if (result) return { result, blobs };
    throw new AssayError(
      'run.protocol_violated',
      `There is no result; the program printed: ${handle.log().trim().slice(-2000)}`,
    );
  } finally {
    handle.kill('cancelled');
    await handle.ended;
  }
}
