import { ByteQueue, type Mark } from "@weir/base";
import type { ProbeVerdict } from "../contract.ts";

/** One frame as it passed. */
export interface Frame {
  /** Header and body, at most `keptBytes` of them. Borrowed: gone when the callback returns. */
  readonly bytes: Uint8Array;
  /** Length on the wire, header included; more than `bytes.length` where the end was not kept, or is missing. */
  readonly length: number;
  readonly first: Mark;
  readonly last: Mark;
  /** True where bytes of it never came; what was kept ends before the hole. */
  readonly hasGap: boolean;
}

/** What frames of a protocol look like: a header that tells how long the frame is. */
export interface FrameShape {
  /** Bytes that must be there before `lengthOf` is asked. */
  readonly headerBytes: number;
  /** Length of the whole frame; `needMore` where the header is longer than thought, undefined where no frame begins so. */
  lengthOf(bytes: Uint8Array): number | "needMore" | undefined;
  /** Longest frame that is believed. */
  readonly maxBytes: number;
  /** Bytes of a frame that are kept; what is longer is counted, and its end is not. */
  readonly keptBytes: number;
  /** Whether a packet behind a hole begins with a frame. Must be strict: what it takes for a frame is read as one. */
  resumes(bytes: Uint8Array): ProbeVerdict;
}

/** What becomes of what a reader finds. */
export interface FrameHandler {
  /** A frame is complete. Returns false where what follows is no frame of this shape any more: the reader stops, `rest` has what is left. */
  frame(frame: Frame): boolean | undefined;
  /** What stands here is no frame; the reader looks for the next packet that begins with one. */
  damaged(mark: Mark): void;
}

/** Most bytes that may be needed to tell a frame's length; frames without one up front are as long as that at most. */
const MAX_HEADER_BYTES = 1 << 20;
/** Most bytes behind a hole that are looked at for a frame's beginning. */
const MAX_RESUME_BYTES = 4096;

/**
 * Cuts one direction of a stream into frames that tell their own length. Holds at most `keptBytes` of the frame under way. Behind a hole in a
 * frame's body it goes on with the next frame; behind any other hole, and behind damage, with the next packet that begins like a frame.
 */
export class FrameReader {
  readonly #shape: FrameShape;
  readonly #handler: FrameHandler;
  readonly #queue = new ByteQueue();
  /** Length of the frame under way; 0 while its header is not complete. */
  #length = 0;
  /** Bytes of the frame under way that passed without being kept. */
  #skipped = 0;
  #hasGap = false;
  #last: Mark | undefined;
  #state: "frames" | "lost" | "resuming" | "stopped";
  #packetNumber = -1;

  /** `midStream`: the stream began before the capture, so the first bytes need not begin a frame. */
  constructor(shape: FrameShape, handler: FrameHandler, midStream = false) {
    this.#shape = shape;
    this.#handler = handler;
    this.#state = midStream ? "lost" : "frames";
  }

  /** When the frame under way began; undefined between frames. */
  get underWay(): Mark | undefined {
    return this.#state === "frames" ? this.#queue.markAt(0) : undefined;
  }

  /** False where the reader has lost its way, and looks for the next packet that begins with a frame. */
  get isInFrames(): boolean {
    return this.#state === "frames";
  }

  /** What stands behind the frame at which the handler stopped the reader. Borrowed. */
  get rest(): Uint8Array {
    return this.#state === "stopped" ? this.#queue.peek() : new Uint8Array(0);
  }

  data(bytes: Uint8Array, mark: Mark): void {
    const isNewPacket = mark.packetNumber !== this.#packetNumber;
    this.#packetNumber = mark.packetNumber;
    if (this.#state === "stopped") return;
    if (this.#state === "lost" || this.#state === "resuming") {
      if (isNewPacket) {
        this.#queue.reset();
        this.#state = "resuming";
      } else if (this.#state === "lost") return;
      this.#queue.append(bytes, mark);
      if (!this.#resume()) return;
      this.#parse();
      return;
    }
    const kept = this.#length > 0 ? this.#skim(bytes, mark) : bytes;
    const isWhole = this.#queue.length === 0 && this.#length === 0 && !this.#isOver();
    const rest = isWhole ? this.#passWhole(kept, mark) : kept;
    this.#queue.append(rest, mark);
    this.#parse();
  }

  /** `missingBytes` will not come. */
  gap(missingBytes: number): void {
    this.#packetNumber = -1;
    if (this.#state === "stopped") return;
    const have = this.#queue.length + this.#skipped;
    if (this.#state !== "frames" || this.#length === 0 || missingBytes > this.#length - have) {
      this.#lose();
      return;
    }
    this.#hasGap = true;
    this.#skipped += missingBytes;
    if (have + missingBytes === this.#length) this.#complete();
  }

  /** True where a handler has stopped the reader, or damage made it lose its way, since the last look. */
  #isOver(): boolean {
    return this.#state !== "frames";
  }

  /** Frames that lie whole in one piece, as most do, are handed over where they lie. Returns what is left. */
  #passWhole(bytes: Uint8Array, mark: Mark): Uint8Array {
    const { headerBytes, keptBytes } = this.#shape;
    let at = 0;
    while (bytes.length - at >= headerBytes) {
      const length = this.#lengthOf(bytes.subarray(at), mark);
      if (length === undefined) return bytes.subarray(bytes.length);
      if (length === "needMore" || length > bytes.length - at) break;
      const kept = bytes.subarray(at, at + Math.min(length, keptBytes));
      at += length;
      if (this.#handler.frame({ bytes: kept, length, first: mark, last: mark, hasGap: false }) === false) {
        this.#state = "stopped";
        break;
      }
    }
    return at === 0 ? bytes : bytes.subarray(at);
  }

  /** Works on queued bytes until more are needed. */
  #parse(): void {
    while (this.#state === "frames" && this.#queue.length > 0) {
      if (this.#length === 0) {
        if (this.#queue.length < this.#shape.headerBytes) return;
        const mark = this.#queue.markAt(0);
        if (mark === undefined) return;
        const length = this.#lengthOf(this.#queue.peek(), mark);
        if (length === undefined || length === "needMore") return;
        this.#length = length;
      }
      if (this.#queue.length + this.#skipped >= this.#length) {
        this.#last = this.#queue.markAt(this.#length - this.#skipped - 1);
        this.#complete();
      } else {
        this.#dropBeyondKept();
        return;
      }
    }
  }

  /** Takes the bytes of a long frame that need not be kept. Returns what is to be queued. */
  #skim(bytes: Uint8Array, mark: Mark): Uint8Array {
    const missing = this.#length - this.#queue.length - this.#skipped;
    const room = this.#hasGap ? 0 : Math.max(0, this.#shape.keptBytes - this.#queue.length);
    if (room > 0) return bytes;
    const taken = Math.min(missing, bytes.length);
    this.#skipped += taken;
    this.#last = mark;
    if (taken === missing) this.#complete();
    return bytes.subarray(taken);
  }

  /** Forgets the end of what is queued of a long frame: only its beginning is kept. */
  #dropBeyondKept(): void {
    const over = this.#queue.length - this.#shape.keptBytes;
    if (over <= 0) return;
    const first = this.#queue.markAt(0);
    const last = this.#queue.markAt(this.#queue.length - 1);
    const kept = this.#queue.peek().slice(0, this.#shape.keptBytes);
    this.#queue.reset();
    if (first !== undefined) this.#queue.append(kept, first);
    this.#last = last;
    this.#skipped += over;
  }

  #complete(): void {
    const queued = Math.min(this.#queue.length, this.#length - this.#skipped);
    const bytes = this.#queue.peek().subarray(0, Math.min(queued, this.#shape.keptBytes));
    const first = this.#queue.markAt(0) ?? this.#last;
    const last = this.#last ?? first;
    const length = this.#length;
    const hasGap = this.#hasGap;
    this.#length = 0;
    this.#skipped = 0;
    this.#hasGap = false;
    this.#last = undefined;
    const goesOn =
      first === undefined || last === undefined || this.#handler.frame({ bytes, length, first, last, hasGap });
    this.#queue.consume(queued);
    if (goesOn === false) this.#state = "stopped";
  }

  #lengthOf(bytes: Uint8Array, mark: Mark): number | "needMore" | undefined {
    const length = this.#shape.lengthOf(bytes);
    if (length === "needMore" && bytes.length < MAX_HEADER_BYTES) return length;
    if (typeof length === "number" && length > 0 && length <= this.#shape.maxBytes) return length;
    this.#handler.damaged(mark);
    this.#lose();
    return undefined;
  }

  #lose(): void {
    this.#queue.reset();
    this.#length = 0;
    this.#skipped = 0;
    this.#hasGap = false;
    this.#last = undefined;
    this.#state = "lost";
  }

  /** True where the packet under way begins with a frame. */
  #resume(): boolean {
    const bytes = this.#queue.peek();
    const verdict = this.#shape.resumes(bytes);
    if (verdict === "needMore" && bytes.length < MAX_RESUME_BYTES) return false;
    this.#state = verdict === "match" ? "frames" : "lost";
    if (verdict !== "match") this.#queue.reset();
    return verdict === "match";
  }
}
