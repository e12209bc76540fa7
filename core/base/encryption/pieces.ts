const smallBytes = 4096;
const stagingBytes = 16_384;

/**
 * A queue of bytes that hands chunks on by reference, so that nothing is copied between a source and a cipher.
 * Only small chunks are gathered into a staging buffer: a source that yields single bytes must cost neither a cipher
 * call nor an object a byte. A chunk must not be changed by its maker after it was pushed.
 */
export class PieceQueue {
  /** Bytes waiting. */
  bytes = 0;
  #pieces: Uint8Array[] = [];
  #staging: Buffer = Buffer.alloc(0);
  #staged = 0;
  #lastIsStaged = false;

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.bytes += chunk.length;
    if (chunk.length >= smallBytes) {
      this.#pieces.push(chunk);
      this.#lastIsStaged = false;
    } else {
      this.#stage(chunk);
    }
  }

  /** Removes exactly this many bytes from the front, as views in order. */
  take(bytes: number): Uint8Array[] {
    if (bytes > this.bytes) throw new RangeError(`${bytes} bytes wanted, ${this.bytes} there`);
    const taken: Uint8Array[] = [];
    let missing = bytes;
    let whole = 0;
    while (missing > 0) {
      const piece = this.#pieces[whole] as Uint8Array;
      if (piece.length > missing) {
        taken.push(piece.subarray(0, missing));
        this.#pieces[whole] = piece.subarray(missing);
        break;
      }
      taken.push(piece);
      missing -= piece.length;
      whole += 1;
    }
    this.#pieces.splice(0, whole);
    if (this.#pieces.length === 0) this.#lastIsStaged = false;
    this.bytes -= bytes;
    return taken;
  }

  /** Removes exactly this many bytes from the front, as one buffer; meant for a few bytes. */
  takeBuffer(bytes: number): Buffer {
    return Buffer.concat(this.take(bytes), bytes);
  }

  #stage(chunk: Uint8Array): void {
    if (this.#staged + chunk.length > this.#staging.length) {
      // A new buffer, never the old one again: views of the old one may still be in use.
      this.#staging = Buffer.allocUnsafeSlow(stagingBytes);
      this.#staged = 0;
      this.#lastIsStaged = false;
    }
    this.#staging.set(chunk, this.#staged);
    const end = this.#staged + chunk.length;
    const last = this.#pieces.at(-1);
    if (this.#lastIsStaged && last) {
      this.#pieces[this.#pieces.length - 1] = this.#staging.subarray(last.byteOffset, end);
    } else {
      this.#pieces.push(this.#staging.subarray(this.#staged, end));
    }
    this.#staged = end;
    this.#lastIsStaged = true;
  }
}
