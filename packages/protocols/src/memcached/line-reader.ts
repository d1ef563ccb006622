import { ByteQueue, decodeLatin1, type Mark } from "@weir/base";

/** Longest line: a client may ask for thousands of keys at once. */
export const MAX_LINE_BYTES = 64 << 10;
/** Bytes of a packet that are looked at for a line's beginning. */
const RESUME_BYTES = 64;
const LINE_FEED = 0x0a;

/** A line, and the block of data that stands behind it. */
export interface Unit {
  readonly line: string;
  readonly first: Mark;
  readonly last: Mark;
  readonly bytes: number;
  readonly hasGap: boolean;
  /** Something was lost before it. */
  readonly followsHole: boolean;
}

export interface LineHandler {
  /** Bytes of data that stand behind a line; undefined for none. */
  blockBytes(line: string): number | undefined;
  unit(unit: Unit): void;
  damaged(code: string, mark: Mark): void;
}

/** Reads one direction of the text protocol: lines, and blocks of data that are passed over. */
export class LineReader {
  readonly #handler: LineHandler;
  /** Whether a packet behind a hole begins with a line. */
  readonly #resumes: RegExp;
  readonly #queue = new ByteQueue();
  #state: "lines" | "lost" | "resuming";
  #packetNumber = -1;
  #line: string | undefined;
  #first: Mark | undefined;
  #bytes = 0;
  #blockLeft = 0;
  #hasGap = false;
  #followsHole = false;

  constructor(handler: LineHandler, resumes: RegExp, midStream: boolean) {
    this.#handler = handler;
    this.#resumes = resumes;
    this.#state = midStream ? "lost" : "lines";
  }

  data(bytes: Uint8Array, mark: Mark): void {
    const isNewPacket = mark.packetNumber !== this.#packetNumber;
    this.#packetNumber = mark.packetNumber;
    if (this.#state !== "lines" && !this.#resume(bytes, mark, isNewPacket)) return;
    if (this.#state === "resuming") this.#state = "lines";
    else this.#take(bytes, mark);
    this.#readLines(mark);
  }

  /** `missingBytes` will not come. */
  gap(missingBytes: number, mark: Mark): void {
    this.#packetNumber = -1;
    if (this.#state !== "lines" || missingBytes > this.#blockLeft) {
      this.#lose();
      return;
    }
    this.#hasGap = true;
    this.#blockLeft -= missingBytes;
    if (this.#blockLeft === 0) this.#complete(mark);
  }

  /** Takes what belongs to the block under way, and queues the rest. */
  #take(bytes: Uint8Array, mark: Mark): void {
    this.#queue.append(this.#passBlock(bytes, mark), mark);
  }

  #passBlock(bytes: Uint8Array, mark: Mark): Uint8Array {
    if (this.#line === undefined) return bytes;
    const taken = Math.min(this.#blockLeft, bytes.length);
    this.#blockLeft -= taken;
    this.#bytes += taken;
    if (this.#blockLeft === 0) this.#complete(mark);
    return bytes.subarray(taken);
  }

  #readLines(mark: Mark): void {
    while (this.#state === "lines" && this.#queue.length > 0) {
      const bytes = this.#queue.peek();
      const end = bytes.indexOf(LINE_FEED);
      if (end < 0) {
        if (bytes.length > MAX_LINE_BYTES) this.#damage("endlessLine", mark);
        return;
      }
      const from = this.#queue.markAt(0) ?? mark;
      const last = this.#queue.markAt(end) ?? mark;
      this.#begin(decodeLatin1(bytes, 0, bytes[end - 1] === 0x0d ? end - 1 : end), from, end + 1);
      this.#queue.consume(end + 1);
      if (this.#blockLeft === 0) this.#complete(last);
      else this.#skipQueued(mark);
    }
  }

  #begin(line: string, first: Mark, bytes: number): void {
    const block = this.#handler.blockBytes(line);
    this.#line = line;
    this.#first = first;
    this.#bytes = bytes;
    this.#blockLeft = block === undefined ? 0 : block + 2;
  }

  #skipQueued(mark: Mark): void {
    const taken = Math.min(this.#blockLeft, this.#queue.length);
    if (taken === 0) return;
    const last = this.#queue.markAt(taken - 1) ?? mark;
    this.#queue.consume(taken);
    this.#blockLeft -= taken;
    this.#bytes += taken;
    if (this.#blockLeft === 0) this.#complete(last);
  }

  #complete(last: Mark): void {
    const line = this.#line ?? "";
    const unit = {
      line,
      first: this.#first ?? last,
      last,
      bytes: this.#bytes,
      hasGap: this.#hasGap,
      followsHole: this.#followsHole,
    };
    this.#line = undefined;
    this.#hasGap = false;
    this.#followsHole = false;
    if (line !== "") this.#handler.unit(unit);
  }

  #damage(code: string, mark: Mark): void {
    this.#handler.damaged(code, mark);
    this.#lose();
  }

  #lose(): void {
    this.#queue.reset();
    this.#line = undefined;
    this.#blockLeft = 0;
    this.#hasGap = false;
    this.#followsHole = true;
    this.#state = "lost";
  }

  /** True as soon as a packet is known to begin with a line; its bytes are queued then. */
  #resume(bytes: Uint8Array, mark: Mark, isNewPacket: boolean): boolean {
    if (isNewPacket) this.#queue.reset();
    else if (this.#state === "lost") return false;
    this.#queue.append(bytes, mark);
    this.#state = "resuming";
    const start = decodeLatin1(this.#queue.peek(), 0, Math.min(RESUME_BYTES, this.#queue.length));
    if (!start.includes("\n") && start.length < RESUME_BYTES) return false;
    if (this.#resumes.test(start)) return true;
    this.#lose();
    return false;
  }
}
