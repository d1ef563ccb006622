import { ByteQueue, type Mark } from "@weir/base";
import { readVarint } from "../wire.ts";

/** Types of frames (RFC 9114 §7.2) that are looked at. */
export const FrameType = { data: 0x0, headers: 0x1, settings: 0x4, goaway: 0x7 } as const;
/** Type and length: two integers of eight bytes at most. */
const MAX_HEADER_BYTES = 16;
/** Longest payload that is kept; longer ones, and those of other types, are passed over. */
const MAX_PAYLOAD_BYTES = 64 << 10;

/** What becomes of what a stream of frames holds. Bytes are borrowed. */
export interface FrameSink {
  /** A whole frame that is no DATA frame, with the packet that brought its end. */
  frame(type: number, payload: Uint8Array, last: Mark): void;
  /** Bytes of a DATA frame. */
  body(bytes: Uint8Array, mark: Mark): void;
  /** Bytes of a DATA frame that are missing. */
  bodyGap(missingBytes: number): void;
  /** A frame cannot be read: bytes are missing in it, or it is too long. */
  lost(because: "missingSegments" | "limitReached"): void;
}

/** Cuts one direction of a stream into HTTP/3 frames (RFC 9114 §7.1). */
export class FrameStream {
  readonly #sink: FrameSink;
  readonly #queue = new ByteQueue();
  #type: number = FrameType.data;
  /** Bytes of the payload under way that have not come; undefined between frames. */
  #left: number | undefined;
  #isKept = false;
  /** True once nobody knows where the next frame begins. */
  #isLost = false;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  data(bytes: Uint8Array, mark: Mark): void {
    let rest = bytes;
    while (rest.length > 0 && !this.#isLost)
      rest = this.#left === undefined ? this.#header(rest, mark) : this.#payload(rest, this.#left, mark);
  }

  gap(missingBytes: number): void {
    if (this.#isLost) return;
    const isInside = this.#left !== undefined && missingBytes <= this.#left;
    if (isInside && this.#left !== undefined) {
      this.#left -= missingBytes;
      if (this.#type === FrameType.data) this.#sink.bodyGap(missingBytes);
      else if (this.#isKept) this.#sink.lost("missingSegments");
      this.#isKept = false;
      this.#queue.reset();
      if (this.#left === 0) this.#left = undefined;
      return;
    }
    this.#isLost = true;
    this.#sink.lost("missingSegments");
  }

  #header(bytes: Uint8Array, mark: Mark): Uint8Array {
    const held = this.#queue.length;
    this.#queue.append(bytes.subarray(0, MAX_HEADER_BYTES - held), mark);
    const queued = this.#queue.peek();
    const type = readVarint(queued, 0);
    const length = type && readVarint(queued, type.end);
    if (type === undefined || length === undefined) return bytes.subarray(queued.length - held);
    const rest = bytes.subarray(length.end - held);
    this.#queue.reset();
    this.#type = type.value;
    this.#isKept =
      type.value === FrameType.headers || type.value === FrameType.settings || type.value === FrameType.goaway;
    if (this.#isKept && length.value > MAX_PAYLOAD_BYTES) {
      this.#isKept = false;
      this.#sink.lost("limitReached");
    }
    this.#left = length.value;
    if (length.value === 0) this.#end(mark);
    return rest;
  }

  #payload(bytes: Uint8Array, left: number, mark: Mark): Uint8Array {
    const piece = bytes.subarray(0, left);
    if (this.#type === FrameType.data) this.#sink.body(piece, mark);
    else if (this.#isKept) this.#queue.append(piece, mark);
    this.#left = left - piece.length;
    if (this.#left === 0) this.#end(mark);
    return bytes.subarray(piece.length);
  }

  #end(mark: Mark): void {
    this.#left = undefined;
    if (!this.#isKept) return;
    this.#sink.frame(this.#type, this.#queue.peek(), mark);
    this.#queue.reset();
  }
}
