import type { Libc } from "./ffi.ts";

/** `struct pollfd` (man 2 poll). */
const POLL_BYTES = 8;
const EVENTS_AT = 4;
const POLL_IN = 1;

/** Files that are waited for together. */
export class PollSet {
  readonly #libc: Libc;
  readonly #count: number;
  readonly #polled: Uint8Array;

  constructor(libc: Libc, fds: readonly number[]) {
    this.#libc = libc;
    this.#count = fds.length;
    this.#polled = new Uint8Array(fds.length * POLL_BYTES);
    const view = new DataView(this.#polled.buffer);
    fds.forEach((fd, index) => {
      view.setInt32(index * POLL_BYTES, fd, true);
      view.setInt16(index * POLL_BYTES + EVENTS_AT, POLL_IN, true);
    });
  }

  /** Waits until one of them has something, at most so long: true where one has. Blocks the thread. */
  wait(timeoutMs: number): boolean {
    return this.#libc.poll(this.#polled, this.#count, timeoutMs) > 0;
  }
}
