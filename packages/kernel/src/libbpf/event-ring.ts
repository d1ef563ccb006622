import type { NativeBpf } from "./libbpf.ts";

const READ = 1;
const READ_WRITE = 3;
const SHARED = 1;
const FAILED = 0xffff_ffff_ffff_ffffn;
/** Record header: length with these two flags, then the page offset (kernel/bpf/ringbuf.c). */
const HEADER_BYTES = 8;
const BUSY = 0x8000_0000;
const DISCARDED = 0x4000_0000;
const LENGTH_MASK = 0x3fff_ffff;
/** Events that one reading takes at most, so that the thread comes to its other work. */
const EVENTS_PER_READING = 4_096;

/** Takes an event; the view is borrowed, and the event lies at `at`. */
export type EventHandler = (view: DataView, at: number) => void;

/**
 * A BPF ring buffer, read in place. The kernel maps it as: a page with the reader's position, a page with the writer's, and the data twice in a row, so that no event
 * is torn at the end.
 */
export class EventRing {
  readonly fd: number;
  readonly #native: NativeBpf;
  readonly #bytes: number;
  readonly #readerAt: bigint;
  readonly #writerAt: bigint;
  readonly #reader: BigInt64Array;
  readonly #writer: BigInt64Array;
  readonly #words: Int32Array;
  readonly #view: DataView;
  #position: number;
  /** Events that were read. */
  events = 0;

  /** Maps the ring of a map with so many bytes of data. */
  constructor(native: NativeBpf, fd: number, bytes: number) {
    this.#native = native;
    this.fd = fd;
    this.#bytes = bytes;
    const { koffi, pageBytes } = native;
    this.#readerAt = this.#map(pageBytes, READ_WRITE, 0);
    this.#writerAt = this.#map(pageBytes + 2 * bytes, READ, pageBytes);
    this.#reader = new BigInt64Array(koffi.view(this.#readerAt, pageBytes), 0, 1);
    const memory = koffi.view(this.#writerAt, pageBytes + 2 * bytes);
    this.#writer = new BigInt64Array(memory, 0, 1);
    this.#words = new Int32Array(memory, pageBytes);
    this.#view = new DataView(memory, pageBytes);
    this.#position = Number(Atomics.load(this.#reader, 0));
  }

  /** Hands over the events that are there, up to a bound: true where there were more. */
  read(onEvent: EventHandler): boolean {
    const end = Number(Atomics.load(this.#writer, 0));
    for (let taken = 0; this.#position < end && taken < EVENTS_PER_READING; taken += 1) {
      const at = this.#position % this.#bytes;
      const header = Atomics.load(this.#words, at / 4);
      // A record that is still written to: it and what is behind it come next time.
      if ((header & BUSY) !== 0) return false;
      const length = header & LENGTH_MASK;
      if ((header & DISCARDED) === 0) {
        this.events += 1;
        onEvent(this.#view, at + HEADER_BYTES);
      }
      this.#position += (HEADER_BYTES + length + 7) & ~7;
      Atomics.store(this.#reader, 0, BigInt(this.#position));
    }
    return this.#position < end;
  }

  /** Nothing of the ring's memory may be touched any more. */
  close(): void {
    const { libc, pageBytes } = this.#native;
    libc.munmap(this.#readerAt, pageBytes);
    libc.munmap(this.#writerAt, pageBytes + 2 * this.#bytes);
  }

  #map(bytes: number, protection: number, offset: number): bigint {
    const { libc } = this.#native;
    const address = BigInt(libc.mmap(null, bytes, protection, SHARED, this.fd, offset));
    if (address === FAILED) throw new Error(`the ring of ${bytes} bytes cannot be mapped`);
    return address;
  }
}
