/** What a column of numbers comes to; missing and infinite values are left out. */
export interface Moments {
  readonly n: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Sample standard deviation (n - 1). */
  readonly sd: number;
  readonly infinite: number;
}

/**
 * Mean and spread over batches in the order of the rows, so that the last digit is the same in every run: exact in
 * two passes within a batch, then joined (Chan, Golub and LeVeque 1983).
 */
export class MomentCounter {
  #n = 0;
  #mean = 0;
  #squares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #infinite = 0;

  /** @param bitmap validity of the values, or null where none is missing */
  add(values: Float64Array | Int32Array, bitmap: Uint8Array | null): void {
    const there = (i: number) => !bitmap || ((bitmap[i >> 3] as number) & (1 << (i & 7))) !== 0;
    let n = 0;
    let sum = 0;
    for (let i = 0; i < values.length; i += 1) {
      if (!there(i)) continue;
      const v = values[i] as number;
      if (v - v !== 0) {
        this.#infinite += 1;
        continue;
      }
      n += 1;
      sum += v;
      if (v < this.#min) this.#min = v;
      if (v > this.#max) this.#max = v;
    }
    if (n === 0) return;
    const mean = sum / n;
    let squares = 0;
    let rest = 0;
    for (let i = 0; i < values.length; i += 1) {
      if (!there(i)) continue;
      const d = (values[i] as number) - mean;
      if (d - d !== 0) continue;
      squares += d * d;
      rest += d;
    }
    this.#join(n, mean + rest / n, squares - (rest * rest) / n);
  }

  #join(n: number, mean: number, squares: number): void {
    const total = this.#n + n;
    const apart = mean - this.#mean;
    this.#mean += (apart * n) / total;
    this.#squares += squares + ((apart * apart * this.#n) / total) * n;
    this.#n = total;
  }

  end(): Moments {
    const sd = this.#n > 1 ? Math.sqrt(Math.max(0, this.#squares) / (this.#n - 1)) : Number.NaN;
    return { n: this.#n, min: this.#min, max: this.#max, mean: this.#mean, sd, infinite: this.#infinite };
  }
}
