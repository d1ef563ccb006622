import type { Mark } from "@weir/base";
import { readVarint } from "../wire.ts";
import { FrameStream, FrameType } from "./frame-stream.ts";
import { DynamicTable } from "./qpack/dynamic-table.ts";
import { EncoderStream } from "./qpack/encoder-stream.ts";

/** Types of streams in one direction (RFC 9114 §6.2, RFC 9204 §4.2). */
const StreamType = { control: 0, encoder: 2 } as const;
/** RFC 9204 §5. */
const SETTINGS_QPACK_MAX_TABLE_CAPACITY = 1;
const MAX_TYPE_BYTES = 8;
const MAX_SETTINGS = 64;
/** Streams in one direction that one side opens, at most. */
const MAX_STREAMS = 64;

type Reader = FrameStream | EncoderStream | "ignored";

/** One side of an HTTP/3 connection: its streams in one direction, and the table that its encoder stream makes. */
export class Http3Side {
  readonly table = new DynamicTable();
  readonly #readers = new Map<number, Reader>();
  /** Streams whose type is not complete. */
  readonly #types = new Map<number, number[]>();
  readonly #onTableCapacity: (bytes: number) => void;

  /** `onTableCapacity` gets what this side says that the other side's table may take. */
  constructor(onTableCapacity: (bytes: number) => void) {
    this.#onTableCapacity = onTableCapacity;
  }

  data(id: number, bytes: Uint8Array, mark: Mark): void {
    const reader = this.#readers.get(id);
    if (reader !== undefined) {
      if (reader !== "ignored") reader.data(bytes, mark);
      return;
    }
    const known = this.#types.get(id) ?? [];
    const start = Uint8Array.from([...known, ...bytes.subarray(0, MAX_TYPE_BYTES - known.length)]);
    const type = readVarint(start, 0);
    if (type === undefined) {
      if (this.#types.size < MAX_STREAMS) this.#types.set(id, [...start]);
      return;
    }
    this.#types.delete(id);
    if (this.#readers.size >= MAX_STREAMS) return;
    this.#readers.set(id, this.#newReader(type.value));
    if (type.end - known.length < bytes.length) this.data(id, bytes.subarray(type.end - known.length), mark);
  }

  gap(id: number, missingBytes: number): void {
    const reader = this.#readers.get(id);
    if (reader instanceof EncoderStream) reader.lose();
    else if (reader instanceof FrameStream) reader.gap(missingBytes);
    // A stream whose type is missing may have been the encoder's.
    else if (reader === undefined) this.table.isLost = true;
  }

  /** A stream is over; the critical ones never are. */
  end(id: number): void {
    this.#readers.delete(id);
    this.#types.delete(id);
  }

  #newReader(type: number): Reader {
    if (type === StreamType.encoder) return new EncoderStream(this.table);
    if (type !== StreamType.control) return "ignored";
    return new FrameStream({
      frame: (frameType, payload) => {
        if (frameType === FrameType.settings) this.#settings(payload);
      },
      body: () => undefined,
      bodyGap: () => undefined,
      lost: () => undefined,
    });
  }

  #settings(payload: Uint8Array): void {
    let capacity = 0;
    let at = 0;
    for (let count = 0; at < payload.length && count < MAX_SETTINGS; count += 1) {
      const id = readVarint(payload, at);
      const value = id && readVarint(payload, id.end);
      if (id === undefined || value === undefined) break;
      if (id.value === SETTINGS_QPACK_MAX_TABLE_CAPACITY) capacity = value.value;
      at = value.end;
    }
    this.#onTableCapacity(capacity);
  }
}
