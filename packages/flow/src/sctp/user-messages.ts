import type { Mark } from "@weir/base";
import { UNKNOWN_BYTES } from "../contract.ts";
import type { StreamSink } from "../tcp/assembler.ts";
import { CHUNK_HEADER_BYTES, ChunkType, DATA_HEADER_BYTES, DataFlag, I_DATA_HEADER_BYTES } from "./chunks.ts";
import { InterleavedMessages } from "./interleaved-messages.ts";

/**
 * The user messages of one direction, one behind the other. Takes its DATA chunks in the order of their TSNs, for bytes; fragments of a message have TSNs
 * that follow each other (RFC 9260 §6.9), so that nothing needs to be kept. Those of I-DATA (RFC 8260) come interleaved: see interleaved-messages.ts.
 * What stands before the first beginning of a message, or behind a hole before the next one, is no message and is left out.
 */
export class UserMessages implements StreamSink {
  readonly #sink: StreamSink;
  readonly #interleaved: InterleavedMessages;
  /** A message's beginning was seen, and its end was not. */
  #isInside = false;
  /** False until a message was passed on: what the capture began within was never ours. */
  #hasBegun = false;

  constructor(sink: StreamSink) {
    this.#sink = sink;
    this.#interleaved = new InterleavedMessages(sink);
  }

  /** True where messages were given up because of a limit. */
  get hitLimit(): boolean {
    return this.#interleaved.hitLimit;
  }

  /** Takes a chunk: its header and what was captured of the rest. Borrowed. */
  data(chunk: Uint8Array, mark: Mark): void {
    const type = chunk[0];
    const flags = chunk[1] ?? 0;
    const headerBytes = type === ChunkType.iData ? I_DATA_HEADER_BYTES : DATA_HEADER_BYTES;
    const length = ((chunk[2] ?? 0) << 8) | (chunk[3] ?? 0);
    if (chunk.length < headerBytes || length < CHUNK_HEADER_BYTES) {
      this.gap(1, mark);
      return;
    }
    const payload = chunk.subarray(headerBytes);
    const missingBytes = Math.max(0, length - chunk.length);
    if (type === ChunkType.iData) this.#interleaved.fragment(chunk, payload, missingBytes, mark);
    else this.#fragment(flags, payload, missingBytes, mark);
  }

  /** Chunks that will never come; what they held is not known. */
  gap(_chunks: number, mark: Mark): void {
    this.#interleaved.clear();
    this.#isInside = false;
    this.#sink.gap(UNKNOWN_BYTES, mark);
  }

  end(mark: Mark): void {
    this.#sink.end(mark);
  }

  acknowledged(atNs: number): void {
    this.#sink.acknowledged(atNs);
  }

  #fragment(flags: number, payload: Uint8Array, missingBytes: number, mark: Mark): void {
    const begins = (flags & DataFlag.begin) !== 0;
    // A message that begins inside another one: the end of that never came, though no TSN is missing.
    if (begins && this.#isInside) this.#sink.gap(UNKNOWN_BYTES, mark);
    if (!begins && !this.#isInside) {
      if (this.#hasBegun) return;
      this.#hasBegun = true;
      this.#sink.gap(UNKNOWN_BYTES, mark);
      return;
    }
    this.#hasBegun = true;
    this.#isInside = (flags & DataFlag.end) === 0;
    if (payload.length > 0) this.#sink.data(payload, mark);
    if (missingBytes > 0) this.#sink.gap(missingBytes, mark);
  }
}
