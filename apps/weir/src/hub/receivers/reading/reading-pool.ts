import { availableParallelism } from "node:os";
import pLimit, { type LimitFunction } from "p-limit";
// piscina, by Node's own people: threads with limits of memory and time, started when there is work and ended when there is none.
import { Piscina } from "piscina";
import { BadRequest, busy } from "../failure.ts";
import type { BodyReaderName, How } from "./body-readers.ts";
import {
  type Decompressed,
  type DecompressOrder,
  decompressHere,
  type ReadBody,
  type ReadOrder,
  readBodyHere,
} from "./orders.ts";

export interface ReadingLimits {
  /** Bodies from this length on are read in another thread: shorter ones are read within some ten milliseconds. */
  readonly offThreadBytes: number;
  readonly threads: number;
  /** Memory of a thread, without the rows that it hands over. */
  readonly maxHeapMiB: number;
  readonly maxReadingMs: number;
  /** Bytes of bodies that wait for a thread, or are read by one; further senders are told to come again. */
  readonly maxWaitingBytes: number;
}

const LIMITS: ReadingLimits = {
  offThreadBytes: 32 << 10,
  // Two at least: one body that takes long must not stop all others.
  threads: Math.max(2, Math.min(4, availableParallelism() >> 1)),
  maxHeapMiB: 1_024,
  // A body as long as may be takes a third of it on a slow machine.
  maxReadingMs: 30_000,
  maxWaitingBytes: 64 << 20,
};
const IDLE_MS = 60_000;

/** Reads bodies: short ones at once, large ones in threads of their own, so that the hub answers others meanwhile. */
export class ReadingPool {
  readonly #limits: ReadingLimits;
  readonly #threads: Piscina;
  readonly #turn: LimitFunction;
  #waitingBytes = 0;

  constructor(workerEntry: URL, limits: ReadingLimits = LIMITS) {
    this.#limits = limits;
    this.#turn = pLimit(limits.threads);
    this.#threads = new Piscina({
      filename: workerEntry.href,
      minThreads: 0,
      maxThreads: limits.threads,
      idleTimeout: IDLE_MS,
      resourceLimits: { maxOldGenerationSizeMb: limits.maxHeapMiB },
    });
  }

  /**
   * Reads a body; `howBytes` is what is read of `how` beside, where that is more than a few words. Throws {@link BadRequest} where that takes more time or memory than a request may, BUSY where too many
   * wait.
   */
  async read<Name extends BodyReaderName>(
    name: Name,
    body: Uint8Array,
    how: How<Name>,
    howBytes = 0,
  ): Promise<ReadBody<Name>> {
    if (body.length + howBytes < this.#limits.offThreadBytes) return readBodyHere({ name, body, how });
    const copy = new Uint8Array(body);
    return this.#inThread("readBody", { name, body: copy, how } satisfies ReadOrder<Name>, copy, howBytes);
  }

  /** Decompresses, as `decompress` of the package `protocols` does; else as {@link read}. */
  async decompress({ coding, bytes, maxBytes }: DecompressOrder): Promise<Decompressed> {
    if (bytes.length < this.#limits.offThreadBytes) return decompressHere({ coding, bytes, maxBytes });
    const copy = new Uint8Array(bytes);
    return this.#inThread("decompressBody", { coding, bytes: copy, maxBytes }, copy);
  }

  /** Ends the threads, whatever they do. */
  close(): Promise<void> {
    return this.#threads.destroy();
  }

  async #inThread<Result>(
    work: string,
    order: object,
    handedOver: Uint8Array<ArrayBuffer>,
    besideBytes = 0,
  ): Promise<Result> {
    const length = handedOver.length + besideBytes;
    if (this.#waitingBytes > 0 && this.#waitingBytes + length > this.#limits.maxWaitingBytes) throw busy();
    this.#waitingBytes += length;
    try {
      return await this.#turn(() => {
        const signal = AbortSignal.timeout(this.#limits.maxReadingMs);
        return this.#threads.run(order, { name: work, signal, transferList: [handedOver.buffer] });
      });
    } catch (error) {
      throw limitReached(error, this.#limits) ?? error;
    } finally {
      this.#waitingBytes -= length;
    }
  }
}

/** What a thread ended of, as the sender is told; undefined where that was no limit. */
function limitReached(error: unknown, { maxHeapMiB, maxReadingMs }: ReadingLimits): BadRequest | undefined {
  const { code, name } = error as NodeJS.ErrnoException;
  if (code === "ERR_WORKER_OUT_OF_MEMORY")
    return new BadRequest("tooLarge", `reading it takes more than ${maxHeapMiB} MiB; send smaller batches`);
  if (name === "AbortError")
    return new BadRequest("tooLarge", `reading it takes more than ${maxReadingMs} ms; send smaller batches`);
  return undefined;
}
