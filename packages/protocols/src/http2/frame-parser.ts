import { ByteQueue, type Mark } from "@weir/base";
import { isPlausibleFrame } from "./plausible.ts";
import {
  DEFAULT_MAX_FRAME_BYTES,
  Flag,
  FRAME_HEADER_BYTES,
  type FrameHeader,
  FrameType,
  frameHeaderAt,
} from "./wire.ts";

/** What every client says first (RFC 9113 §3.4). */
export const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/** Longest payload that is kept whole; DATA is never kept. */
export const MAX_KEPT_PAYLOAD_BYTES = 64 << 10;

/** What becomes of the frames of one direction. */
export interface FrameHandler {
  /** The preface has passed: this direction is the client's, and seen from its beginning. */
  preface(): void;
  /** A frame other than DATA is complete. `payload` is borrowed. */
  frame(header: FrameHeader, payload: Uint8Array, first: Mark, last: Mark): void;
  /** A frame other than DATA has passed without being kept: it was too long, or bytes of it are missing. */
  unread(header: FrameHeader, mark: Mark, hasGap: boolean): void;
  /** A DATA frame begins. */
  dataBegins(header: FrameHeader, first: Mark, last: Mark): void;
  /** A piece of its content, without padding. Borrowed. */
  dataBytes(header: FrameHeader, bytes: Uint8Array): void;
  /** `missingBytes` of it will not come. */
  dataMissing(header: FrameHeader, missingBytes: number): void;
  /** It is complete, or all that will come of it is there. */
  dataEnds(header: FrameHeader, last: Mark, isWhole: boolean): void;
  /** Frames may be missing here. */
  lost(): void;
  /** Whether a frame of this stream may come; asked where a frame's beginning is looked for. */
  mayBeStream(id: number): boolean;
  violation(code: string, mark: Mark): void;
}

type State = "start" | "frames" | "data" | "skip" | "lost" | "resuming";
const NO_FRAME: FrameHeader = { length: 0, type: 0, flags: 0, streamId: 0 };

/**
 * Cuts one direction of a connection into frames. The content of DATA is passed on in the pieces in which it comes. Behind a hole in a payload it goes
 * on with the next frame; behind any other, and behind damage, with the next packet that begins like a frame.
 */
export class FrameParser {
  readonly #handler: FrameHandler;
  /** Header and payload of the frame under way, where they do not lie in one piece. */
  readonly #queue = new ByteQueue();
  #state: State;
  #packetNumber = -1;
  #prefaceBytes = 0;
  /** True where the handshake was not captured, but all that follows may have been. */
  #mayBegin: boolean;
  /** The frame under way, once its header is complete. */
  #header = NO_FRAME;
  /** How much of its payload is to come, in `data` and `skip`. */
  #left = 0;
  /** Bytes of padding at its end; -1 while the byte that says so has not come. */
  #padding = 0;
  #hasGap = false;
  /** Longest payload that the other side takes (SETTINGS_MAX_FRAME_SIZE). */
  maxFrameBytes = DEFAULT_MAX_FRAME_BYTES;

  constructor(midStream: boolean, handler: FrameHandler) {
    this.#handler = handler;
    this.#state = midStream ? "lost" : "start";
    this.#mayBegin = midStream;
  }

  data(bytes: Uint8Array, mark: Mark): void {
    const isNewPacket = mark.packetNumber !== this.#packetNumber;
    this.#packetNumber = mark.packetNumber;
    if (isNewPacket && (this.#state === "lost" || this.#state === "resuming")) {
      this.#queue.reset();
      this.#state = "resuming";
    }
    for (let at = 0; at < bytes.length; ) at += this.#take(at === 0 ? bytes : bytes.subarray(at), mark);
  }

  /** `missingBytes` will not come. */
  gap(missingBytes: number, mark: Mark): void {
    this.#packetNumber = -1;
    if (this.#state === "frames" && this.#queue.length >= FRAME_HEADER_BYTES) this.#skipRest();
    const isInPayload = this.#state === "data" || this.#state === "skip";
    if (isInPayload) {
      this.#hasGap = true;
      // Where the padding's length is missing, padding counts as content.
      this.#padding = Math.max(0, this.#padding);
    }
    if (isInPayload && missingBytes <= this.#left) {
      if (this.#state === "data") this.#handler.dataMissing(this.#header, missingBytes);
      this.#left -= missingBytes;
      if (this.#left === 0) this.#endPayload(mark);
      return;
    }
    if (isInPayload) this.#endPayload(mark);
    this.#lose();
  }

  /** Takes what belongs together from the front of `bytes`; how many bytes that was. */
  #take(bytes: Uint8Array, mark: Mark): number {
    switch (this.#state) {
      case "start":
        return this.#takePreface(bytes, mark);
      case "frames":
        return this.#queue.length === 0 && bytes.length >= FRAME_HEADER_BYTES
          ? this.#takeFrame(bytes, mark)
          : this.#takeQueued(bytes, mark);
      case "data":
        return this.#takeData(bytes, mark);
      case "skip":
        return this.#pass(Math.min(bytes.length, this.#left), mark);
      case "resuming":
        return this.#takeResuming(bytes, mark);
      case "lost":
        return bytes.length;
      default:
        return this.#state satisfies never;
    }
  }

  #takePreface(bytes: Uint8Array, mark: Mark): number {
    let taken = 0;
    while (taken < bytes.length && this.#prefaceBytes < PREFACE.length) {
      if (bytes[taken] !== PREFACE.charCodeAt(this.#prefaceBytes)) {
        // A server has no preface of this kind; nor has a client's direction that another protocol began.
        if (this.#prefaceBytes === 0) this.#state = "frames";
        else this.#damaged("badPreface", mark);
        return taken;
      }
      taken += 1;
      this.#prefaceBytes += 1;
    }
    if (this.#prefaceBytes === PREFACE.length) {
      this.#state = "frames";
      this.#handler.preface();
    }
    return taken;
  }

  /** A frame that lies whole in one piece, as most do, is handed over where it lies. */
  #takeFrame(bytes: Uint8Array, mark: Mark): number {
    const header = frameHeaderAt(bytes, 0);
    const end = FRAME_HEADER_BYTES + header.length;
    if (this.#open(header, mark, mark)) return FRAME_HEADER_BYTES;
    if (this.#isLost()) return bytes.length;
    if (bytes.length < end) return this.#takeQueued(bytes, mark);
    this.#handler.frame(header, bytes.subarray(FRAME_HEADER_BYTES, end), mark, mark);
    return end;
  }

  #takeQueued(bytes: Uint8Array, mark: Mark): number {
    const queued = this.#queue.length;
    const wanted = queued < FRAME_HEADER_BYTES ? FRAME_HEADER_BYTES : FRAME_HEADER_BYTES + this.#header.length;
    const taken = Math.min(bytes.length, wanted - queued);
    this.#queue.append(taken === bytes.length ? bytes : bytes.subarray(0, taken), mark);
    if (queued + taken === wanted) this.#completeQueued(mark, queued < FRAME_HEADER_BYTES);
    return taken;
  }

  /** The header, or the whole frame, that is queued is complete. */
  #completeQueued(mark: Mark, isHeader: boolean): void {
    const first = this.#queue.markAt(0) ?? mark;
    if (isHeader) {
      this.#header = frameHeaderAt(this.#queue.peek(), 0);
      if (this.#open(this.#header, first, mark) || this.#isLost()) {
        this.#queue.reset();
        return;
      }
      if (this.#header.length > 0) return;
    }
    this.#handler.frame(this.#header, this.#queue.peek().subarray(FRAME_HEADER_BYTES), first, mark);
    this.#queue.reset();
  }

  /** Goes over to a payload that is not kept; false where the frame is to be kept, or none. */
  #open(header: FrameHeader, first: Mark, last: Mark): boolean {
    if (header.length > this.maxFrameBytes) {
      this.#damaged("hugeFrame", first);
      return false;
    }
    const isData = header.type === FrameType.data;
    if (!isData && header.length <= MAX_KEPT_PAYLOAD_BYTES) return false;
    this.#header = header;
    this.#left = header.length;
    this.#hasGap = false;
    this.#padding = isData && (header.flags & Flag.padded) !== 0 ? -1 : 0;
    this.#state = isData ? "data" : "skip";
    if (isData) this.#handler.dataBegins(header, first, last);
    if (header.length === 0) this.#endPayload(last);
    return true;
  }

  #takeData(bytes: Uint8Array, mark: Mark): number {
    if (this.#padding < 0) {
      this.#padding = bytes[0] ?? 0;
      if (this.#padding >= this.#left) {
        this.#handler.violation("badPadding", mark);
        this.#padding = this.#left - 1;
      }
      return this.#pass(1, mark);
    }
    const content = this.#left - this.#padding;
    const taken = Math.min(bytes.length, content > 0 ? content : this.#left);
    if (content > 0) this.#handler.dataBytes(this.#header, taken === bytes.length ? bytes : bytes.subarray(0, taken));
    return this.#pass(taken, mark);
  }

  /** Looks at the beginning of a packet: only what is surely a frame's header is taken for one. */
  #takeResuming(bytes: Uint8Array, mark: Mark): number {
    if (this.#mayBegin && this.#queue.length === 0 && bytes[0] === PREFACE.charCodeAt(0)) {
      this.#mayBegin = false;
      this.#state = "start";
      return 0;
    }
    const taken = Math.min(bytes.length, FRAME_HEADER_BYTES - this.#queue.length);
    this.#queue.append(bytes.subarray(0, taken), mark);
    if (this.#queue.length < FRAME_HEADER_BYTES) return taken;
    const header = frameHeaderAt(this.#queue.peek(), 0);
    if (!isPlausibleFrame(header) || (header.streamId !== 0 && !this.#handler.mayBeStream(header.streamId))) {
      this.#queue.reset();
      this.#state = "lost";
      return bytes.length;
    }
    this.#mayBegin = false;
    this.#state = "frames";
    this.#completeQueued(mark, true);
    return taken;
  }

  #pass(count: number, mark: Mark): number {
    this.#left -= count;
    if (this.#left === 0) this.#endPayload(mark);
    return count;
  }

  #endPayload(mark: Mark): void {
    const header = this.#header;
    const isData = this.#state === "data";
    this.#state = "frames";
    if (isData) this.#handler.dataEnds(header, mark, !this.#hasGap);
    else this.#handler.unread(header, mark, this.#hasGap);
  }

  /** A frame that was to be kept has a hole: what is left of it is passed over. */
  #skipRest(): void {
    this.#left = FRAME_HEADER_BYTES + this.#header.length - this.#queue.length;
    this.#queue.reset();
    this.#state = "skip";
  }

  #isLost(): boolean {
    return this.#state === "lost";
  }

  #damaged(code: string, mark: Mark): void {
    this.#handler.violation(code, mark);
    this.#lose();
  }

  #lose(): void {
    this.#queue.reset();
    this.#state = "lost";
    this.#handler.lost();
  }
}
