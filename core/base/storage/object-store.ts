/** One object of a listing. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  readonly modified: Date;
}

/**
 * A flat space of immutable objects.
 *
 * **Keys** have 1 to 512 characters of `a-z 0-9 - _ . /`, in parts between slashes of 1 to 200 characters that do not
 * begin with a dot; anything else is `request.invalid`. A key must not continue another one (`a` and `a/b`): such a pair
 * is never made by us, and a store may refuse it.
 *
 * **Whole or not at all.** An object is visible under its key only when all its bytes are durable. After a failure, an
 * abort or a crash in `put` nothing is visible and nothing is left that `check` or `list` does not remove a day later.
 *
 * **Written once.** A key is never written twice; of two writers one gets `storage.object_exists`. So a reader never
 * sees an object change.
 *
 * **Errors**: no room is `storage.full`; whatever else the store itself does not manage is `storage.unavailable`, with
 * the reason. What a body throws passes through as it is, and so does the reason of an aborted signal.
 */
export interface ObjectStore {
  /**
   * Stores a body under a new key, in constant memory. The body is closed early after a failure; its chunks must not be
   * changed by their maker after they were yielded. An abort ends the call at once even while the body waits.
   *
   * @param writer - a name of up to 100 letters, digits and dashes. A writer that was killed in the middle may have left its
   * key taken for a day; one that gives the same name takes it up again at once. Two at the same time must then write the
   * same bytes
   * @returns the number of bytes stored
   */
  put(
    key: string,
    body: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
    writer?: string,
  ): Promise<{ readonly bytes: number }>;
  /** The bytes from the first to the last. A missing object is `artifact.unreadable`, before the first byte. */
  get(key: string): Promise<AsyncIterable<Uint8Array>>;
  /**
   * Exactly the bytes `[start, end)`. A missing object, or one that ends before `end`, is `artifact.unreadable`; a range
   * that is none is `request.invalid`.
   */
  getRange(key: string, start: number, end: number): Promise<Buffer>;
  /** The length, or `undefined` where there is no such object. */
  stat(key: string): Promise<{ readonly bytes: number } | undefined>;
  /** Removes an object for good; no object is no error. A reader that has begun may or may not reach the end. */
  delete(key: string): Promise<void>;
  /**
   * All objects whose key begins with the prefix (any text, empty for all), in no promised order, in constant memory.
   * What is put or deleted meanwhile may or may not be seen.
   */
  list(prefix: string): AsyncIterable<StoredObject>;
  /**
   * Writes, reads and deletes a probe object, and removes what interrupted writes left more than a day ago. Meant for
   * the start and for a health check; its error says what to do.
   */
  check(): Promise<void>;
}
