/** Takes what a decoder gives until it has as much as is wanted. */
export class BoundedOutput {
  readonly #buffer: Uint8Array;
  #length = 0;
  /** Bytes that came, those that did not fit included. */
  offered = 0;
  /** Bytes of input that `offered` was made of, where that is less than all. */
  consumed: number | undefined;

  constructor(maxBytes: number) {
    this.#buffer = new Uint8Array(maxBytes);
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === this.#buffer.length;
  }

  /** What was taken so far. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Takes what still fits. */
  write(bytes: Uint8Array): void {
    this.offered += bytes.length;
    const room = this.#buffer.length - this.#length;
    const fitting = bytes.length > room ? bytes.subarray(0, room) : bytes;
    this.#buffer.set(fitting, this.#length);
    this.#length += fitting.length;
  }

  /** Repeats what stands `distance` bytes back (LZ77), as far as it fits. False where that lies before the beginning. */
  copyBack(distance: number, count: number): boolean {
    if (distance === 0 || distance > this.#length) return false;
    this.offered += count;
    const end = Math.min(this.#length + count, this.#buffer.length);
    for (let at = this.#length; at < end; at += 1) this.#buffer[at] = this.#buffer[at - distance] ?? 0;
    this.#length = end;
    return true;
  }
}
