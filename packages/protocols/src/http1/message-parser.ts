import { ByteQueue, decodeLatin1, type Mark } from "@weir/base";
import { BodyCollector, type BodyLength } from "./body.ts";
import { type Head, headerBlockEnd, MAX_HEAD_BYTES, parseHead } from "./head.ts";

/** One message as it went over the wire. */
export interface Message {
  readonly head: Head;
  readonly body: BodyCollector;
  readonly first: Mark;
  last: Mark;
  /** Head and body with its framing. */
  bytes: number;
  /** True where bytes of it are missing. */
  hasGap: boolean;
}

/** What the session decides for the parser. */
export interface MessageHandler {
  /** A head is there: how long is its body, or `tunnel` where what follows is no HTTP any more. */
  head(message: Message): BodyLength | { readonly kind: "tunnel" };
  /** The message is complete. */
  complete(message: Message): void;
  violation(code: string, mark: Mark): void;
}

/** Longest chunk-size line, with extensions. */
const MAX_CHUNK_LINE_BYTES = 4096;

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
  readonly #wanted: Head["kind"];
  readonly #queue = new ByteQueue();
  #state: State = { kind: "head" };
  #message: Message | undefined;

  constructor(wanted: Head["kind"], bodyLimit: number, handler: MessageHandler) {
    this.#wanted = wanted;
    this.#bodyLimit = bodyLimit;
    this.#handler = handler;
  }

  /** The message under way; undefined between messages. */
  get current(): Message | undefined {
    return this.#message;
  }

  /** Takes bytes. Returns false where they are not HTTP and nothing was found to go on with. */
  data(bytes: Uint8Array, mark: Mark): boolean {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#state.kind === "tunnel") return true;
      const taken = this.#queue.length === 0 ? this.#pass(rest, mark) : 0;
      if (taken > 0) {
        rest = rest.subarray(taken);
        continue;
      }
      this.#queue.append(rest, mark);
      rest = rest.subarray(rest.length);
      if (!this.#parseQueued(mark)) return false;
    }
    return true;
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
      message.bytes += missingBytes;
      if (state.missing === 0) this.#finishPart();
    } else if (state.kind === "untilClose" && message !== undefined) {
      message.body.skip(missingBytes);
      message.bytes += missingBytes;
    } else {
      this.#queue.reset(missingBytes);
      if (message !== undefined) this.#complete();
      this.#state = { kind: "lost" };
    }
  }

  /** The direction ended: a body until the close is complete now. */
  end(): void {
    if (this.#state.kind === "untilClose" && this.#message !== undefined) this.#complete();
  }

  /** Body bytes pass without being queued. Returns how many of `bytes` were taken. */
  #pass(bytes: Uint8Array, mark: Mark): number {
    const state = this.#state;
    const message = this.#message;
    if (message === undefined || (state.kind !== "length" && state.kind !== "chunk" && state.kind !== "untilClose"))
      return 0;
    const taken = state.kind === "untilClose" ? bytes.length : Math.min(bytes.length, state.missing);
    message.body.add(taken === bytes.length ? bytes : bytes.subarray(0, taken));
    message.bytes += taken;
    message.last = mark;
    if (state.kind !== "untilClose") {
      state.missing -= taken;
      if (state.missing === 0) this.#finishPart();
    }
    return taken;
  }

  /** Works on queued bytes until more are needed. */
  #parseQueued(mark: Mark): boolean {
    while (this.#queue.length > 0) {
      const before = this.#queue.length;
      const state = this.#state;
      switch (state.kind) {
        case "head":
          if (!this.#parseHead(mark)) return false;
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
          this.#queue.reset();
          return true;
        default:
          state satisfies never;
      }
      if (this.#queue.length === before && this.#state === state) return true;
    }
    return true;
  }

  #parseHead(mark: Mark): boolean {
    const head = parseHead(this.#queue.peek());
    if (head === "needMore") return this.#queue.length <= MAX_HEAD_BYTES;
    if (head === "notHttp" || head.kind !== this.#wanted) {
      this.#handler.violation("notHttp", mark);
      this.#state = { kind: "lost" };
      return head !== "notHttp" || this.#queue.length < MAX_HEAD_BYTES;
    }
    const first = this.#queue.markAt(0) ?? mark;
    const last = this.#queue.markAt(head.bytes - 1) ?? mark;
    this.#queue.consume(head.bytes);
    const message: Message = {
      head,
      body: new BodyCollector(this.#bodyLimit),
      first,
      last,
      bytes: head.bytes,
      hasGap: false,
    };
    this.#message = message;
    const length = this.#handler.head(message);
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
    return true;
  }

  /** Looks for a start line at the beginning of a line; drops what lies before it. */
  #findHead(): void {
    const text = decodeLatin1(this.#queue.peek());
    const wanted =
      this.#wanted === "response" ? /(?:^|\n)(?=HTTP\/\d\.\d \d{3})/ : /(?:^|\n)(?=[A-Z]{3,20} \S+ HTTP\/\d\.\d\r?\n)/;
    const found = wanted.exec(text);
    if (found !== null) {
      this.#queue.consume(found.index + found[0].length);
      this.#state = { kind: "head" };
      return;
    }
    // The last line may be the beginning of a start line.
    const lastLine = text.lastIndexOf("\n") + 1;
    this.#queue.consume(text.length - lastLine > MAX_CHUNK_LINE_BYTES ? text.length : lastLine);
  }

  #parseChunkSize(mark: Mark): void {
    const bytes = this.#queue.peek();
    const end = bytes.indexOf(10);
    if (end < 0) {
      if (bytes.length > MAX_CHUNK_LINE_BYTES) this.#damaged("badChunkSize", mark);
      return;
    }
    const match = /^\s*([0-9a-fA-F]{1,12})\s*(?:;.*)?\r?$/.exec(decodeLatin1(bytes, 0, end));
    if (match === null) {
      this.#damaged("badChunkSize", mark);
      return;
    }
    this.#take(end + 1, mark);
    const size = Number.parseInt(match[1] ?? "0", 16);
    this.#state = size === 0 ? { kind: "trailers" } : { kind: "chunk", missing: size };
  }

  /** The line end behind a chunk. */
  #parseChunkEnd(mark: Mark): void {
    const bytes = this.#queue.peek();
    const lineEnd = bytes[0] === 10 ? 1 : bytes[0] === 13 && bytes[1] === 10 ? 2 : 0;
    if (lineEnd === 0 && bytes[0] === 13 && bytes.length < 2) return;
    if (lineEnd === 0) {
      this.#damaged("badChunkEnd", mark);
      return;
    }
    this.#take(lineEnd, mark);
    this.#state = { kind: "chunkSize" };
  }

  #parseTrailers(mark: Mark): void {
    const end = headerBlockEnd(this.#queue.peek());
    if (end >= 0) {
      this.#take(end, mark);
      this.#complete();
    } else if (this.#queue.length > MAX_HEAD_BYTES) {
      this.#damaged("hugeTrailers", mark);
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
    this.#state = { kind: "lost" };
  }

  #complete(): void {
    const message = this.#message;
    this.#message = undefined;
    this.#state = { kind: "head" };
    if (message !== undefined) this.#handler.complete(message);
  }
}
