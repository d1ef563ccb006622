import { ByteQueue, decodeLatin1, type Mark } from "@weir/base";
import { BodyCollector } from "../common/http/body-collector.ts";
import { chunkEndBytes, parseChunkSize } from "./chunk-framing.ts";
import {
  type Head,
  type HeadSearch,
  headBlockEnd,
  MAX_HEAD_BYTES,
  parseCutRequestLine,
  parseHead,
  parseHeadLines,
} from "./head.ts";
import { parseHeaderBlock } from "./header-block.ts";
import type { Message, MessageHandler } from "./message.ts";
import { beginsLikeStatusLine, SIMPLE_RESPONSE } from "./simple-response.ts";
import { findStartLine } from "./start-line-search.ts";

const LF = 10;
const NO_TRAILERS: Message["trailers"] = [];

type State =
  | { readonly kind: "head" }
  | { readonly kind: "length"; missing: number }
  | { readonly kind: "untilClose" }
  | { readonly kind: "chunkSize" }
  | { readonly kind: "chunk"; missing: number }
  | { readonly kind: "chunkEnd" }
  | { readonly kind: "trailers" }
  /** After damage: looks for the next start line. */
  | { readonly kind: "lost" }
  | { readonly kind: "tunnel" };

/** Cuts one direction of a connection into messages (RFC 9112). Bodies are counted as they pass and never buffered. */
export class MessageParser {
  readonly #handler: MessageHandler;
  readonly #bodyLimit: number;
  readonly #queue = new ByteQueue();
  #state: State = { kind: "head" };
  #search: HeadSearch = { lineAt: 0, seen: 0 };
  #message: Message | undefined;
  #hasBegun: boolean;
  #isLost = false;
  /** What this direction carries; undefined until the connection's first head tells which end is the client. */
  wanted: Head["kind"] | undefined;

  constructor(midStream: boolean, bodyLimit: number, handler: MessageHandler) {
    this.#hasBegun = !midStream;
    this.#bodyLimit = bodyLimit;
    this.#handler = handler;
  }

  /** The message under way; undefined between messages. */
  get current(): Message | undefined {
    return this.#message;
  }

  /** True between messages, where nothing was lost and nothing waits for more: all that it knows is what it wants. */
  get isAtRest(): boolean {
    return (
      this.#state.kind === "head" &&
      this.#message === undefined &&
      this.#queue.length === 0 &&
      this.#hasBegun &&
      !this.#isLost
    );
  }

  /** Takes bytes; what is no HTTP is passed over. Returns what follows the head that opened a tunnel. */
  data(bytes: Uint8Array, mark: Mark): Uint8Array {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#state.kind === "tunnel") return rest;
      const taken = this.#queue.length === 0 ? this.#pass(rest, mark) || this.#passHead(rest, mark) : 0;
      if (taken > 0) {
        rest = rest.subarray(taken);
        continue;
      }
      const queued = rest;
      this.#queue.append(rest, mark);
      rest = rest.subarray(rest.length);
      this.#parseQueued(mark);
      // The head's end lies in these bytes: what was queued before was not enough.
      if (this.#isTunnel()) return queued.subarray(queued.length - this.#takeQueued());
    }
    return rest;
  }

  #isTunnel(): boolean {
    return this.#state.kind === "tunnel";
  }

  /** Empties the queue; how many bytes there were. */
  #takeQueued(): number {
    const { length } = this.#queue;
    this.#queue.reset();
    return length;
  }

  /** `missingBytes` will not come. Inside a body of known length they are counted; anywhere else the parser is lost. */
  gap(missingBytes: number): void {
    const state = this.#state;
    const message = this.#message;
    if (message !== undefined) message.hasGap = true;
    if (state.kind === "tunnel") return;
    if ((state.kind === "length" || state.kind === "chunk") && missingBytes <= state.missing && message !== undefined) {
      state.missing -= missingBytes;
      message.body.skip(missingBytes);
      message.observer?.gap(missingBytes);
      message.bytes += missingBytes;
      if (state.missing === 0) this.#finishPart();
    } else if (state.kind === "untilClose" && message !== undefined) {
      message.body.skip(missingBytes);
      message.observer?.gap(missingBytes);
      message.bytes += missingBytes;
    } else {
      if (message !== undefined) this.#complete();
      else this.#salvageHead();
      this.#queue.reset(missingBytes);
      this.#becomeLost(true);
    }
  }

  /** A head that is cut off by a hole or by the snap length still says what was asked or answered: its whole lines are kept. */
  #salvageHead(): void {
    const bytes = this.#queue.peek();
    const first = this.#queue.markAt(0);
    if ((this.#state.kind !== "head" && this.#state.kind !== "lost") || first === undefined) return;
    // Behind one hole and before the next there may be no more than the beginning of a line.
    const head = this.#state.kind === "head" ? parseHeadLines(bytes) : parseCutRequestLine(bytes);
    if (head === undefined || (this.wanted !== undefined && head.kind !== this.wanted)) return;
    const message = this.#newMessage(head, first, this.#queue.markAt(bytes.length - 1) ?? first, bytes.length);
    message.hasGap = true;
    if (this.#handler.head(message).kind === "tunnel") this.#state = { kind: "tunnel" };
    this.#message = undefined;
    this.#handler.complete(message);
  }

  /** The direction ended: a body until the close is complete now. */
  end(): void {
    if (this.#state.kind === "untilClose" && this.#message !== undefined) this.#complete();
  }

  /** The connection is over: a head whose end never came still says what was asked or answered, and is the message under way. */
  close(): void {
    const bytes = this.#queue.peek();
    const first = this.#queue.markAt(0);
    if (this.#state.kind !== "head" || first === undefined || !bytes.includes(LF)) return;
    const head = parseHeadLines(bytes);
    if (head === undefined || (this.wanted !== undefined && head.kind !== this.wanted)) return;
    this.#handler.head(this.#newMessage(head, first, this.#queue.markAt(bytes.length - 1) ?? first, bytes.length));
  }

  /** Body bytes pass without being queued. Returns how many of `bytes` were taken. */
  #pass(bytes: Uint8Array, mark: Mark): number {
    const state = this.#state;
    const message = this.#message;
    if (message === undefined || (state.kind !== "length" && state.kind !== "chunk" && state.kind !== "untilClose"))
      return 0;
    const taken = state.kind === "untilClose" ? bytes.length : Math.min(bytes.length, state.missing);
    const part = taken === bytes.length ? bytes : bytes.subarray(0, taken);
    message.body.add(part);
    message.observer?.data(part);
    message.bytes += taken;
    message.last = mark;
    if (state.kind !== "untilClose") {
      state.missing -= taken;
      if (state.missing === 0) this.#finishPart();
    }
    return taken;
  }

  /** A head that lies whole in one piece, as most do, is read where it lies. Returns its length, or 0 where the queue must help. */
  #passHead(bytes: Uint8Array, mark: Mark): number {
    if (this.#state.kind !== "head") return 0;
    if (this.wanted === "response" && !beginsLikeStatusLine(bytes) && this.#handler.isSimplyAnswered()) {
      this.#openMessage(SIMPLE_RESPONSE, mark, mark);
      return this.#pass(bytes, mark);
    }
    const head = parseHead(bytes);
    if (head === "needMore" || head === "notHttp" || head.bytes > MAX_HEAD_BYTES) return 0;
    if (this.wanted !== undefined && head.kind !== this.wanted) return 0;
    this.#openMessage(head, mark, mark);
    return head.bytes;
  }

  /** Works on queued bytes until more are needed. */
  #parseQueued(mark: Mark): void {
    while (this.#queue.length > 0) {
      const before = this.#queue.length;
      const state = this.#state;
      switch (state.kind) {
        case "head":
          this.#parseHead(mark);
          break;
        case "lost":
          this.#findHead();
          break;
        case "chunkSize":
          this.#parseChunkSize(mark);
          break;
        case "chunkEnd":
          this.#parseChunkEnd(mark);
          break;
        case "trailers":
          this.#parseTrailers(mark);
          break;
        case "length":
        case "chunk":
        case "untilClose": {
          const at = this.#queue.markAt(0) ?? mark;
          this.#queue.consume(this.#pass(this.#queue.peek(), at));
          break;
        }
        case "tunnel":
          return;
        default:
          state satisfies never;
      }
      if (this.#queue.length === before && this.#state === state) return;
    }
  }

  #parseHead(mark: Mark): void {
    const head = parseHead(this.#queue.peek(), this.#search);
    const isHuge = (head === "needMore" ? this.#queue.length : head === "notHttp" ? 0 : head.bytes) > MAX_HEAD_BYTES;
    if (isHuge) {
      this.#handler.violation("hugeHead", mark);
      this.#queue.reset();
      this.#becomeLost(true);
      return;
    }
    if (head === "needMore") return;
    if (head === "notHttp" || (this.wanted !== undefined && head.kind !== this.wanted)) {
      this.#loseWay("notHttp", mark);
      return;
    }
    this.#search = { lineAt: 0, seen: 0 };
    const first = this.#queue.markAt(0) ?? mark;
    const last = this.#queue.markAt(head.bytes - 1) ?? mark;
    this.#queue.consume(head.bytes);
    this.#openMessage(head, first, last);
  }

  /** Begins the message of a head, and goes over to its body. */
  #openMessage(head: Head, first: Mark, last: Mark): void {
    const length = this.#handler.head(this.#newMessage(head, first, last, head.bytes));
    switch (length.kind) {
      case "none":
        this.#complete();
        break;
      case "tunnel":
        this.#complete();
        this.#state = { kind: "tunnel" };
        break;
      case "length":
        this.#state = { kind: "length", missing: length.bytes };
        break;
      case "chunked":
        this.#state = { kind: "chunkSize" };
        break;
      case "untilClose":
        this.#state = { kind: "untilClose" };
        break;
      default:
        length satisfies never;
    }
  }

  #newMessage(head: Head, first: Mark, last: Mark, bytes: number): Message {
    const followsHole = this.#isLost;
    this.#hasBegun = true;
    this.#isLost = false;
    const message = {
      followsHole,
      head,
      body: new BodyCollector(this.#bodyLimit, head.headers),
      observer: this.#handler.observerOf(head.headers),
      trailers: NO_TRAILERS,
      first,
      headLast: last,
      last,
      bytes,
      hasGap: false,
    };
    this.#message = message;
    return message;
  }

  /** What stands at the front is no head: looks for a start line behind it. */
  #loseWay(code: string, mark: Mark): void {
    // Where the beginning was not captured, the first bytes are the rest of something.
    if (this.#hasBegun) this.#handler.violation(code, mark);
    this.#queue.consume(1);
    this.#becomeLost(true);
  }

  /** `isHole`: whole messages may be gone, not only the rest of the one under way. */
  #becomeLost(isHole: boolean): void {
    this.#search = { lineAt: 0, seen: 0 };
    this.#state = { kind: "lost" };
    this.#isLost ||= isHole;
  }

  /** Looks for a start line; drops what lies before it. */
  #findHead(): void {
    const { before, isFound } = findStartLine(this.#queue.peek(), this.wanted);
    this.#queue.consume(before);
    if (isFound) this.#state = { kind: "head" };
  }

  #parseChunkSize(mark: Mark): void {
    const line = parseChunkSize(this.#queue.peek());
    if (line === "needMore") return;
    if (line === "damaged") this.#damaged("badChunkSize", mark);
    else {
      this.#take(line.bytes, mark);
      this.#state = line.size === 0 ? { kind: "trailers" } : { kind: "chunk", missing: line.size };
    }
  }

  #parseChunkEnd(mark: Mark): void {
    const bytes = chunkEndBytes(this.#queue.peek());
    if (bytes === "needMore") return;
    if (bytes === "damaged") this.#damaged("badChunkEnd", mark);
    else {
      this.#take(bytes, mark);
      this.#state = { kind: "chunkSize" };
    }
  }

  #parseTrailers(mark: Mark): void {
    const end = headBlockEnd(this.#queue.peek(), this.#search);
    if ((end < 0 ? this.#queue.length : end) > MAX_HEAD_BYTES) this.#damaged("hugeTrailers", mark);
    else if (end >= 0) {
      this.#search = { lineAt: 0, seen: 0 };
      // Most often there is nothing but the empty line.
      if (end > 2 && this.#message !== undefined)
        this.#message.trailers = parseHeaderBlock(decodeLatin1(this.#queue.peek(), 0, end)).headers;
      this.#take(end, mark);
      this.#complete();
    }
  }

  /** Counts framing bytes to the message and drops them. */
  #take(count: number, mark: Mark): void {
    if (this.#message !== undefined) {
      this.#message.bytes += count;
      this.#message.last = this.#queue.markAt(count - 1) ?? mark;
    }
    this.#queue.consume(count);
  }

  #finishPart(): void {
    if (this.#state.kind === "chunk") this.#state = { kind: "chunkEnd" };
    else this.#complete();
  }

  #damaged(code: string, mark: Mark): void {
    this.#handler.violation(code, mark);
    if (this.#message !== undefined) {
      this.#message.hasGap = true;
      this.#complete();
    }
    this.#becomeLost(false);
  }

  #complete(): void {
    const message = this.#message;
    this.#message = undefined;
    this.#state = { kind: "head" };
    if (message !== undefined) this.#handler.complete(message);
  }
}
