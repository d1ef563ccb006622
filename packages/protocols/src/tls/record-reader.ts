import { ByteQueue, type Mark } from "@weir/base";
import { Content, isRecordStart, RECORD_HEADER_BYTES, recordLengthOf, ssl2LengthOf } from "./wire.ts";

/** One record as it passed. */
export interface TlsRecord {
  readonly type: number;
  readonly version: number;
  /** Length of the body on the wire. */
  readonly length: number;
  /** Absent where nobody wanted it, or a part of it is missing. Borrowed. */
  readonly body: Uint8Array | undefined;
  readonly first: Mark;
  readonly last: Mark;
  readonly hasGap: boolean;
}

/** What becomes of records. */
export interface RecordHandler {
  /** Whether the body of a record of this type will be looked at; what is not wanted is passed over without being kept. */
  wants(type: number): boolean;
  record(record: TlsRecord): void;
  /** Records behind a hole cannot be told apart until one begins with a packet. */
  lost(missingBytes: number, mark: Mark): void;
  /** What stands here is no record. */
  damaged(mark: Mark): void;
}

/**
 * Cuts one direction of a stream into records. Holds at most one record, and none that is not wanted. Behind a hole that is larger than the
 * record in which it is, it goes on with the next packet that begins like a record.
 */
export class RecordReader {
  readonly #handler: RecordHandler;
  readonly #queue = new ByteQueue();
  /** Of the record under way; length with its header, 0 while that is not complete. */
  #total = 0;
  #type = 0;
  #version = 0;
  /** Bytes of a record still to be passed over. */
  #skip = 0;
  #first: Mark | undefined;
  #hasGap = false;
  #state: "records" | "lost" | "resuming" | "stopped";
  #packetNumber = -1;
  #isFirst: boolean;

  /** `begins` is where the stream is: at its beginning, in its middle, where the first bytes need not begin a record, or between two records. */
  constructor(handler: RecordHandler, begins: "first" | "midStream" | "between") {
    this.#handler = handler;
    this.#state = begins === "midStream" ? "lost" : "records";
    this.#isFirst = begins !== "between";
  }

  /** True between two records, where nothing was lost. */
  get isBetween(): boolean {
    const isEmpty = this.#queue.length === 0 && this.#total === 0 && this.#skip === 0 && !this.#hasGap;
    return this.#state === "records" && !this.#isFirst && isEmpty;
  }

  data(bytes: Uint8Array, mark: Mark): void {
    const isNewPacket = mark.packetNumber !== this.#packetNumber;
    this.#packetNumber = mark.packetNumber;
    let rest = bytes;
    if (this.#state === "lost" || this.#state === "resuming") rest = this.#resume(bytes, mark, isNewPacket);
    while (rest.length > 0 && this.#state === "records") rest = this.#step(rest, mark);
  }

  gap(missingBytes: number, mark: Mark): void {
    this.#packetNumber = -1;
    if (this.#state !== "records") {
      if (this.#state === "resuming") this.#lose();
      return;
    }
    const left = this.#skip > 0 ? this.#skip : this.#total - this.#queue.length;
    const isInside = this.#total > 0 && missingBytes <= left;
    if (!isInside) {
      this.#lose();
      this.#handler.lost(missingBytes - Math.max(0, left), mark);
      return;
    }
    this.#first ??= this.#queue.markAt(0) ?? mark;
    this.#queue.reset();
    this.#hasGap = true;
    this.#skip = left - missingBytes;
    if (this.#skip === 0) this.#complete(undefined, mark);
  }

  /** Takes what belongs to the record under way, or begins the next one. Returns what is left. */
  #step(bytes: Uint8Array, mark: Mark): Uint8Array {
    if (this.#skip > 0) {
      const taken = Math.min(this.#skip, bytes.length);
      this.#skip -= taken;
      if (this.#skip === 0) this.#complete(undefined, mark);
      return bytes.subarray(taken);
    }
    if (this.#queue.length === 0) return this.#begin(bytes, mark);
    const needed = this.#total === 0 ? RECORD_HEADER_BYTES : this.#total;
    const taken = Math.min(needed - this.#queue.length, bytes.length);
    this.#queue.append(bytes.subarray(0, taken), mark);
    if (this.#queue.length === needed) {
      if (this.#total === 0) this.#beginQueued(mark);
      else this.#completeQueued(mark);
    }
    return bytes.subarray(taken);
  }

  /** The next record begins with `bytes`. Most lie there whole and are handed over in place. */
  #begin(bytes: Uint8Array, mark: Mark): Uint8Array {
    if (bytes.length < RECORD_HEADER_BYTES) {
      this.#queue.append(bytes, mark);
      return bytes.subarray(bytes.length);
    }
    if (!this.#readHeader(bytes, mark)) return bytes.subarray(bytes.length);
    this.#first = mark;
    const total = this.#total;
    if (!this.#handler.wants(this.#type)) {
      this.#skip = total;
      return bytes;
    }
    if (bytes.length < total) {
      this.#queue.append(bytes, mark);
      return bytes.subarray(bytes.length);
    }
    this.#complete(bytes.subarray(this.#headerBytes(), total), mark);
    return bytes.subarray(total);
  }

  /** The header of a record is complete that came in pieces. */
  #beginQueued(mark: Mark): void {
    const first = this.#queue.markAt(0) ?? mark;
    if (!this.#readHeader(this.#queue.peek(), first)) return;
    this.#first = first;
    if (this.#total <= this.#queue.length) this.#completeQueued(mark);
    else if (!this.#handler.wants(this.#type)) {
      this.#skip = this.#total - this.#queue.length;
      this.#queue.reset();
    }
  }

  #completeQueued(mark: Mark): void {
    const body = this.#queue.peek().subarray(this.#headerBytes());
    this.#complete(body, mark);
    this.#queue.reset();
  }

  #complete(body: Uint8Array | undefined, last: Mark): void {
    const record = {
      type: this.#type,
      version: this.#version,
      length: this.#total - this.#headerBytes(),
      body,
      first: this.#first ?? last,
      last,
      hasGap: this.#hasGap,
    };
    this.#total = 0;
    this.#hasGap = false;
    this.#isFirst = false;
    this.#first = undefined;
    this.#handler.record(record);
  }

  #readHeader(bytes: Uint8Array, mark: Mark): boolean {
    const ssl2 = this.#isFirst ? ssl2LengthOf(bytes) : undefined;
    if (ssl2 !== undefined) {
      this.#type = Content.ssl2;
      this.#version = 0;
      this.#total = ssl2;
      return true;
    }
    const length = recordLengthOf(bytes);
    if (length === undefined) {
      this.#state = "stopped";
      this.#queue.reset();
      this.#handler.damaged(mark);
      return false;
    }
    this.#type = bytes[0] ?? 0;
    this.#version = ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0);
    this.#total = RECORD_HEADER_BYTES + length;
    return true;
  }

  #headerBytes(): number {
    return this.#type === Content.ssl2 ? 2 : RECORD_HEADER_BYTES;
  }

  #lose(): void {
    this.#queue.reset();
    this.#total = 0;
    this.#skip = 0;
    this.#hasGap = false;
    this.#first = undefined;
    this.#state = "lost";
  }

  /** Looks whether a packet begins with a record. Returns what is to be read. */
  #resume(bytes: Uint8Array, mark: Mark, isNewPacket: boolean): Uint8Array {
    if (isNewPacket) {
      this.#queue.reset();
      this.#state = "resuming";
    } else if (this.#state === "lost") return bytes.subarray(bytes.length);
    const taken = Math.min(RECORD_HEADER_BYTES - this.#queue.length, bytes.length);
    this.#queue.append(bytes.subarray(0, taken), mark);
    const rest = bytes.subarray(taken);
    if (this.#queue.length < RECORD_HEADER_BYTES) return rest;
    const head = this.#queue.peek();
    if (!isRecordStart(head) && !(this.#isFirst && ssl2LengthOf(head) !== undefined)) {
      this.#queue.reset();
      this.#state = "lost";
      return bytes.subarray(bytes.length);
    }
    this.#state = "records";
    this.#beginQueued(mark);
    return rest;
  }
}
