import type { Mark } from "@weir/base";
import { type Command, findCommand } from "./commands.ts";
import { KeptTexts, MAX_KEPT_BYTES } from "./kept-texts.ts";
import { LineBuffer, wordsIn } from "./line-buffer.ts";
import { Nesting } from "./nesting.ts";
import { SnapshotEnd } from "./snapshot-end.ts";
import { Byte, beginsMessage, countIn, isAggregate, isBulk, isLine } from "./wire.ts";

/** CR LF behind a bulk string. */
const LINE_END_BYTES = 2;
/** `$EOF:` in front of a snapshot's mark, and the mark's length. */
const SNAPSHOT_MARK_AT = 5;
const SNAPSHOT_MARK_BYTES = 40;
/** Elements of an answer that are kept where the first is a word: of a pushed message the kind, the channel or pattern, the channel. */
const KEPT_OF_PUSH = 3;
const KEPT_OF_UNLISTED = 2;
const NOWHERE: Mark = { packetNumber: 0, atNs: 0 };

/** What becomes of what a reader finds. */
export interface RespHandler {
  /** A message is complete; what it was stands in the reader until this returns. */
  message(reader: RespReader): void;
  /** What stands here breaks the protocol's rules; the reader looks for the next packet that begins with a message. */
  damaged(code: string, reader: RespReader, mark: Mark): void;
}

/**
 * Reads one direction of RESP (RESP2 and RESP3), message by message, without keeping values: only the first elements of a message are kept, as
 * many as its command needs. Everything else is counted and passed over. The fields tell of the message under way.
 */
export class RespReader {
  /** True where the messages are commands: arrays of bulk strings, or inline. */
  asks: boolean;
  /** True where the next bulk string is a snapshot, which has no line end (replication). */
  awaitsSnapshot = false;
  /** Its first byte, or `Byte.inline`; 0 for an empty line. */
  type = 0;
  /** Elements of the aggregate (both halves of a map's entries), or bytes of the bulk string; -1 for null. */
  count = 0;
  /** Undefined for a command that is not listed. */
  command: Command | undefined;
  /** Errors among the elements of the outermost array: what EXEC answers for commands that failed. */
  innerErrors = 0;
  /** Where the first of them stands in `texts`. */
  innerErrorAt = 0;
  first: Mark = NOWHERE;
  last: Mark = NOWHERE;
  bytes = 0;
  hasGap = false;
  /** Something was lost before this message; how many messages is not known. */
  followsHole = false;
  readonly texts = new KeptTexts();

  readonly #handler: RespHandler;
  readonly #line = new LineBuffer();
  #state: "between" | "inside" | "lost" | "resuming";
  #isDone = false;
  #packetNumber = -1;
  /** Bytes of a bulk string that are still to come, its line end included. */
  #bodyLeft = 0;
  #isSnapshot = false;
  #snapshotEnd: SnapshotEnd | undefined;
  #keepLeft = 0;
  readonly #nesting = new Nesting();
  /** What is being read is an attribute (RESP3): it stands before the message and is not it. */
  #isAttribute = false;
  /** Elements of the outermost aggregate that are kept. */
  #kept = 1;

  constructor(handler: RespHandler, asks: boolean, midStream: boolean) {
    this.#handler = handler;
    this.asks = asks;
    this.#state = midStream ? "lost" : "between";
  }

  /** True between messages, where nothing was lost or waits for more. */
  get isAtRest(): boolean {
    const isWhole = this.#nesting.depth === 0 && this.#line.length === 0 && !this.#isAttribute;
    return this.#state === "between" && isWhole && !this.awaitsSnapshot && !this.followsHole;
  }

  data(bytes: Uint8Array, mark: Mark): void {
    if (this.#state === "lost" || this.#state === "resuming") {
      const held = this.#resume(bytes, mark.packetNumber !== this.#packetNumber);
      if (held.length > 0) this.#readAll(held, mark);
    }
    this.#packetNumber = mark.packetNumber;
    this.#readAll(bytes, mark);
  }

  /** `missingBytes` will not come. */
  gap(missingBytes: number): void {
    this.#packetNumber = -1;
    if (this.#state !== "inside" || missingBytes > this.#bodyLeft) {
      this.#lose();
      return;
    }
    this.hasGap = true;
    this.#keepLeft = 0;
    this.#bodyLeft -= missingBytes;
    if (this.#bodyLeft > 0) return;
    this.#endOfElement();
    if (this.#isDone) this.#endOfMessage();
  }

  #readAll(bytes: Uint8Array, mark: Mark): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#state === "between") this.#begin(mark);
      else if (this.#state !== "inside") return;
      this.last = mark;
      const from = at;
      if (this.#bodyLeft > 0) at = this.#readBody(bytes, at);
      else if (this.#snapshotEnd !== undefined) at = this.#passSnapshot(this.#snapshotEnd, bytes, at);
      else at = this.#readLine(bytes, at);
      this.bytes += at - from;
      if (this.#isDone) this.#endOfMessage();
    }
  }

  #begin(mark: Mark): void {
    this.#state = "inside";
    this.#isDone = false;
    this.first = mark;
    this.bytes = 0;
    this.hasGap = false;
    this.innerErrors = 0;
    this.command = undefined;
    this.type = 0;
    this.count = 0;
    this.texts.clear();
    this.#nesting.clear();
    this.#kept = 1;
  }

  #endOfMessage(): void {
    this.#state = "between";
    this.#isDone = false;
    // Redis takes a client's empty lines and empty arrays for nothing.
    if (this.type === 0 || (this.asks && this.texts.count === 0)) return;
    this.#handler.message(this);
    this.followsHole = false;
  }

  #readBody(bytes: Uint8Array, at: number): number {
    const end = Math.min(bytes.length, at + this.#bodyLeft);
    if (this.#keepLeft > 0) {
      const kept = Math.min(this.#keepLeft, end - at);
      this.texts.append(bytes, at, at + kept);
      this.#keepLeft -= kept;
    }
    this.#bodyLeft -= end - at;
    if (this.#bodyLeft > 0) return end;
    if (this.#isSnapshot || bytes[end - 1] === Byte.lineFeed) this.#endOfElement();
    else this.#damage("badBulkEnd");
    return end;
  }

  #passSnapshot(end: SnapshotEnd, bytes: Uint8Array, at: number): number {
    const behind = end.find(bytes, at);
    if (behind < 0) return bytes.length;
    this.#snapshotEnd = undefined;
    this.#endOfElement();
    return behind;
  }

  #readLine(bytes: Uint8Array, at: number): number {
    let end = at;
    while (end < bytes.length && bytes[end] !== Byte.lineFeed) end += 1;
    if (end < bytes.length && this.#line.length === 0) {
      this.#takeLine(bytes, at, end);
      return end + 1;
    }
    if (!this.#line.append(bytes, at, end)) this.#damage("endlessLine");
    if (end === bytes.length) return end;
    const { bytes: line, kept } = this.#line;
    this.#line.clear();
    this.#takeLine(line, 0, kept);
    return end + 1;
  }

  /** A line, up to its line feed. */
  #takeLine(line: Uint8Array, from: number, to: number): void {
    const end = to > from && line[to - 1] === Byte.carriageReturn ? to - 1 : to;
    const isOutermost = this.#nesting.depth === 0;
    const type = end === from ? 0 : (line[from] ?? 0);
    if (type === 0 && isOutermost && (this.asks || this.awaitsSnapshot)) this.#isDone = true;
    else if (this.asks && isOutermost && type !== Byte.array) this.#takeInline(line, from, end);
    else if (this.asks && !isOutermost && type !== Byte.bulk) this.#damage("notBulk");
    else if (end === to) this.#damage("badLineEnd");
    else {
      if (isOutermost) this.type = type;
      if (isBulk(type)) this.#takeBulk(type, line, from + 1, end);
      else if (isAggregate(type)) this.#takeAggregate(type, countIn(line, from + 1, end));
      else if (isLine(type)) this.#takeValue(type, line, from + 1, end);
      else this.#damage("notResp");
    }
  }

  /** A value that is its line. */
  #takeValue(type: number, line: Uint8Array, from: number, end: number): void {
    const isInnerError = type === Byte.error && this.#nesting.depth === 1;
    const isFirstError = isInnerError && this.innerErrors === 0;
    if (isFirstError || this.#isKept(type)) this.texts.add(line, from, end);
    if (isFirstError) this.innerErrorAt = this.texts.count - 1;
    if (isInnerError) this.innerErrors += 1;
    this.#endOfElement();
  }

  #takeBulk(type: number, line: Uint8Array, from: number, end: number): void {
    this.#isSnapshot = this.awaitsSnapshot && this.#nesting.depth === 0;
    if (this.#isSnapshot && end - from === SNAPSHOT_MARK_AT - 1 + SNAPSHOT_MARK_BYTES) {
      this.#snapshotEnd = new SnapshotEnd(line.slice(end - SNAPSHOT_MARK_BYTES, end));
      this.count = 0;
      return;
    }
    const length = countIn(line, from, end);
    if (length === undefined) {
      this.#damage("badLength");
      return;
    }
    if (this.#nesting.depth === 0) this.count = length;
    const isKept = this.#isKept(type);
    if (isKept) this.texts.begin();
    this.#keepLeft = isKept ? Math.min(length, MAX_KEPT_BYTES) : 0;
    this.#bodyLeft = length < 0 ? 0 : this.#isSnapshot ? length : length + LINE_END_BYTES;
    if (this.#bodyLeft === 0) this.#endOfElement();
  }

  #takeAggregate(type: number, count: number | undefined): void {
    if (count === undefined) {
      this.#damage("badLength");
      return;
    }
    const elements = type === Byte.map || type === Byte.attribute ? 2 * count : count;
    const { depth } = this.#nesting;
    if (depth === 0) {
      this.count = Math.max(-1, elements);
      this.#isAttribute = type === Byte.attribute;
    } else if (type === Byte.attribute) this.#nesting.extend();
    if (elements <= 0) this.#endOfElement();
    else if (!this.#nesting.open(elements)) this.#damage("tooDeep");
  }

  /** A command that came as a plain line. */
  #takeInline(line: Uint8Array, from: number, end: number): void {
    this.type = Byte.inline;
    this.count = 0;
    for (const [start, behind] of wordsIn(line, from, end)) {
      if (this.count < this.#kept) this.texts.add(line, start, behind);
      if (this.count === 0) this.#learnCommand();
      this.count += 1;
    }
    this.#isDone = true;
  }

  /** Whether the element that begins here is kept. Bulk strings that are the whole answer are values: never. */
  #isKept(type: number): boolean {
    const { depth } = this.#nesting;
    if (depth === 0) return !isBulk(type) || type === Byte.blobError;
    return depth === 1 && this.#nesting.index < this.#kept && !this.#isAttribute;
  }

  #learnCommand(): void {
    this.command = findCommand(this.texts.bytes, 0, this.texts.firstLength);
    this.#kept = this.command?.keptArguments ?? KEPT_OF_UNLISTED;
  }

  #endOfElement(): void {
    const before = this.#nesting.index;
    this.#isDone = this.#nesting.close() && !this.#isAttribute;
    if (before === 0 && this.#nesting.index === 1) {
      if (this.asks) this.#learnCommand();
      else if (this.texts.count > 0) this.#kept = KEPT_OF_PUSH;
    }
    if (this.#nesting.depth > 0) return;
    this.#isAttribute = false;
    this.#nesting.clear();
  }

  #damage(code: string): void {
    this.#handler.damaged(code, this, this.last);
    this.#lose();
  }

  #lose(): void {
    this.#state = "lost";
    this.#isDone = false;
    this.#bodyLeft = 0;
    this.#nesting.clear();
    this.#line.clear();
    this.#isAttribute = false;
    this.#snapshotEnd = undefined;
    this.followsHole = true;
  }

  /** Looks whether a packet begins with a message. Returns what was held back of it until that was clear. */
  #resume(bytes: Uint8Array, isNewPacket: boolean): Uint8Array {
    if (isNewPacket) this.#line.clear();
    else if (this.#state === "lost") return NOTHING;
    const held = this.#line.kept;
    this.#line.append(bytes, 0, bytes.length);
    const verdict = beginsMessage(this.#line.bytes.subarray(0, this.#line.kept), this.asks);
    this.#state = verdict === "match" ? "between" : verdict === "needMore" && !this.#line.isFull ? "resuming" : "lost";
    if (this.#state === "resuming") return NOTHING;
    this.#line.clear();
    return verdict === "match" ? this.#line.bytes.slice(0, held) : NOTHING;
  }
}

const NOTHING = new Uint8Array(0);
