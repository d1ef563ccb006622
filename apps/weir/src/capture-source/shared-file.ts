import { closeSync, openSync, readSync } from "node:fs";

/** Bytes per chunk: what a processor's own cache holds beside the connections. */
const CHUNK_BYTES = 1 << 19;
/** Chunks in memory: how far the fastest worker may be ahead of the slowest. */
const SLOTS = 16;
/** Integers in `control` before the slots' own: the first one is a {@link Call}. */
const HEAD_INTS = 1;
/** What is called out to all workers. */
const Call = { none: 0, failed: 1, ended: 2 } as const;
/** A slot's state is the number of the chunk in it + 1; its length stands beside it. */
const SLOT_INTS = 2;

/** The memory that workers share to read one file together. */
export interface SharedFileMemory {
  readonly path: string;
  readonly workers: number;
  readonly chunks: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
}

/** Memory for so many workers to read the file at `path`. */
export function shareFile(path: string, workers: number): SharedFileMemory {
  return {
    path,
    workers,
    chunks: new SharedArrayBuffer(CHUNK_BYTES * SLOTS),
    control: new SharedArrayBuffer((HEAD_INTS + SLOTS * SLOT_INTS + workers) * 4),
  };
}

/** Says that a worker has failed, so that no other one waits for it: they throw where they would. */
export function failSharedFile(memory: SharedFileMemory): void {
  callOut(memory, Call.failed);
}

/** Ends the file for all workers at the same place, before the first chunk that nobody has read yet. */
export function endSharedFile(memory: SharedFileMemory): void {
  callOut(memory, Call.ended);
}

function callOut(memory: SharedFileMemory, call: number): void {
  const control = new Int32Array(memory.control);
  Atomics.store(control, 0, call);
  for (let index = 0; index < control.length; index += 1) Atomics.notify(control, index);
}

/**
 * One worker's view of a file that several read together: every worker sees every byte in order, and each chunk is read from the disk once, by the
 * worker whose turn it is. A chunk's memory is used again when the slowest worker is done with it.
 */
export class SharedFile {
  readonly #worker: number;
  readonly #workers: number;
  readonly #file: number;
  readonly #control: Int32Array;
  readonly #bytes: SharedArrayBuffer;
  /** The next chunk that this worker has to read. */
  #toRead: number;

  constructor({ path, workers, chunks, control }: SharedFileMemory, worker: number) {
    this.#worker = worker;
    this.#workers = workers;
    this.#toRead = worker;
    this.#file = openSync(path, "r");
    this.#control = new Int32Array(control);
    this.#bytes = chunks;
  }

  /** All chunks in order. Each is borrowed: valid until the next one is asked for. */
  *chunks(): Generator<Uint8Array> {
    try {
      for (let chunk = 0; ; chunk += 1) {
        this.#readAhead(chunk);
        const length = this.#waitFor(chunk);
        if (length > 0) yield this.#slotOf(chunk).subarray(0, length);
        this.#announceDone(chunk);
        if (length < CHUNK_BYTES) return;
      }
    } finally {
      closeSync(this.#file);
    }
  }

  /** Reads what is this worker's to read as far as there is room; what `chunk` itself needs is waited for. */
  #readAhead(chunk: number): void {
    for (; this.#toRead < chunk + SLOTS - 1; this.#toRead += this.#workers) {
      if (!this.#hasRoom(this.#toRead, this.#toRead === chunk)) return;
      const slot = this.#toRead % SLOTS;
      const length = Atomics.load(this.#control, 0) === Call.ended ? 0 : this.#readChunk(this.#toRead);
      const at = HEAD_INTS + slot * SLOT_INTS;
      this.#control[at + 1] = length;
      Atomics.store(this.#control, at, this.#toRead + 1);
      Atomics.notify(this.#control, at);
      if (length < CHUNK_BYTES) this.#toRead = Number.POSITIVE_INFINITY;
    }
  }

  #slotOf(chunk: number): Uint8Array {
    return new Uint8Array(this.#bytes, (chunk % SLOTS) * CHUNK_BYTES, CHUNK_BYTES);
  }

  #readChunk(chunk: number): number {
    const bytes = this.#slotOf(chunk);
    let length = 0;
    while (length < CHUNK_BYTES) {
      const read = readSync(this.#file, bytes, length, CHUNK_BYTES - length, chunk * CHUNK_BYTES + length);
      if (read === 0) break;
      length += read;
    }
    return length;
  }

  /** True where every worker is done with what was in the chunk's slot before. */
  #hasRoom(chunk: number, waits: boolean): boolean {
    const before = chunk - SLOTS;
    for (let worker = 0; worker < this.#workers; worker += 1) {
      const at = HEAD_INTS + SLOTS * SLOT_INTS + worker;
      for (let done = Atomics.load(this.#control, at); done <= before; done = Atomics.load(this.#control, at)) {
        if (!waits) return false;
        this.#wait(at, done);
      }
    }
    return true;
  }

  #waitFor(chunk: number): number {
    const at = HEAD_INTS + (chunk % SLOTS) * SLOT_INTS;
    for (let state = Atomics.load(this.#control, at); state !== chunk + 1; state = Atomics.load(this.#control, at))
      this.#wait(at, state);
    return Atomics.load(this.#control, at + 1);
  }

  #announceDone(chunk: number): void {
    const at = HEAD_INTS + SLOTS * SLOT_INTS + this.#worker;
    Atomics.store(this.#control, at, chunk + 1);
    Atomics.notify(this.#control, at);
  }

  #wait(at: number, present: number): void {
    if (Atomics.load(this.#control, 0) === Call.failed) throw new Error("another worker has failed");
    Atomics.wait(this.#control, at, present, 1000);
  }
}
