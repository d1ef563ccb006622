import { silence } from "./bell.ts";
import type { Libc } from "./ffi.ts";

/** `struct pollfd` (man 2 poll). */
const POLL_BYTES = 8;
const EVENTS_AT = 4;
const HAPPENED_AT = 6;
const POLL_IN = 1;

/** Files that are waited for together. */
export class PollSet {
  readonly #libc: Libc;
  readonly #fds: readonly number[];
  readonly #bellFd: number | undefined;
  readonly #polled: Uint8Array;
  readonly #view: DataView;

  /** `bellFd` is the number of a {@link Bell} that ends a wait. */
  constructor(libc: Libc, fds: readonly number[], bellFd?: number) {
    this.#libc = libc;
    this.#bellFd = bellFd;
    this.#fds = bellFd === undefined ? fds : [...fds, bellFd];
    this.#polled = new Uint8Array(this.#fds.length * POLL_BYTES);
    this.#view = new DataView(this.#polled.buffer);
    this.#fds.forEach((fd, index) => {
      this.#view.setInt32(index * POLL_BYTES, fd, true);
      this.#view.setInt16(index * POLL_BYTES + EVENTS_AT, POLL_IN, true);
    });
  }

  /** Waits until one of them has something, at most so long, or until the bell rings: true where one has. Blocks the thread. */
  wait(timeoutMs: number): boolean {
    const ready = this.#libc.poll(this.#polled, this.#fds.length, timeoutMs);
    if (ready <= 0 || this.#bellFd === undefined) return ready > 0;
    const hasRung = this.#view.getInt16((this.#fds.length - 1) * POLL_BYTES + HAPPENED_AT, true) !== 0;
    if (hasRung) silence(this.#libc, this.#bellFd);
    return ready > (hasRung ? 1 : 0);
  }
}
