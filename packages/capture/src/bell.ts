import { type Libc, loadNative } from "./ffi.ts";

/** `EFD_CLOEXEC | EFD_NONBLOCK` (man 2 eventfd). */
const FLAGS = 0x80000 | 0x800;
const COUNT_BYTES = 8;

/**
 * Wakes a thread that waits for packets in the kernel, where it hears no messages: an eventfd, which all threads of the process share by its number. Who opens it closes it, when nobody
 * waits for it any more.
 */
export class Bell {
  readonly #libc: Libc;
  readonly fd: number;
  /** Behind that its number may be another file's. */
  #isClosed = false;

  /** Undefined where there is none to be had: whoever waits hears of nothing until its wait is over. */
  static open(): Bell | undefined {
    const native = loadNative();
    if (native instanceof Error) return undefined;
    const fd = native.libc.eventfd(0, FLAGS);
    return fd < 0 ? undefined : new Bell(native.libc, fd);
  }

  private constructor(libc: Libc, fd: number) {
    this.#libc = libc;
    this.fd = fd;
  }

  /** Whoever waits, or is about to, goes on at once. */
  ring(): void {
    if (!this.#isClosed) this.#libc.eventfd_write(this.fd, 1);
  }

  close(): void {
    this.#isClosed = true;
    this.#libc.close(this.fd);
  }
}

const heard = new Uint8Array(COUNT_BYTES);

/** The bell with this number was heard: it is silent until it is rung again. */
export function silence(libc: Libc, fd: number): void {
  libc.eventfd_read(fd, heard);
}
