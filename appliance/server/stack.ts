/** Thrown where something was started after the end had been asked for. */
class Interrupted extends Error {}

/** What is running, in the order in which it was started; it ends in the reverse order. */
export class Stack {
  readonly #stops: (() => Promise<void>)[] = [];
  #ended = false;

  /** @throws Interrupted after `stop`; what was just started is stopped again before */
  async push(stop: () => Promise<void>): Promise<void> {
    if (!this.#ended) {
      this.#stops.push(stop);
      return;
    }
    await stop();
    throw new Interrupted('the start was interrupted');
  }

  async stop(): Promise<void> {
    this.#ended = true;
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) await stop();
  }
}
