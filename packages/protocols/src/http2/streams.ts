import type { Mark } from "@weir/base";
import { Direction, type EndReason, type GradeReason } from "@weir/model";
import { observerOf } from "../common/http/exchange.ts";
import { Interim } from "../common/http/interim.ts";
import type { SessionContext } from "../contract.ts";
import type { FlowControl } from "./flow-control.ts";
import type { HeaderBlock } from "./header-blocks.ts";
import type { MessageHead } from "./header-list.ts";
import { Lingering } from "./lingering.ts";
import { ResetMeter } from "./reset-meter.ts";
import { type Http2Stream, messageOf, newStream, StreamMessage, settleStalls } from "./stream.ts";
import { callOfStream } from "./stream-call.ts";
import { Flag, type FrameHeader } from "./wire.ts";

/** Streams that are open at a time at most; the oldest gives way beyond it. */
export const MAX_STREAMS = 1000;
/** Numbers of finished streams that are remembered where the beginning was not seen, so that late frames of theirs open none. */
const MAX_FINISHED = 1000;

/** The streams of one connection: what their frames say becomes calls. */
export class Streams {
  readonly #context: SessionContext;
  readonly #bodyLimit: number;
  readonly #flow: FlowControl;
  readonly #open = new Map<number, Http2Stream>();
  /** Those of them that the client gave up. */
  readonly #lingering = new Lingering();
  readonly #finished = new Set<number>();
  /** Highest numbers that were opened, even ones (promises) and odd ones. */
  readonly #highest: [number, number] = [0, 0];
  /** The messages whose DATA is under way. */
  readonly #sending: [StreamMessage | undefined, StreamMessage | undefined] = [undefined, undefined];
  readonly #resets = new ResetMeter();
  /** The direction in which requests travel. */
  client: Direction = Direction.toServer;
  /** Why streams may be there whose beginning was not seen; absent where none are. */
  missing: GradeReason | undefined;
  /** The server's SETTINGS_MAX_CONCURRENT_STREAMS; absent where it said none. */
  maxConcurrent: number | undefined;

  constructor(context: SessionContext, bodyLimit: number, flow: FlowControl) {
    this.#context = context;
    this.#bodyLimit = bodyLimit;
    this.#flow = flow;
    this.missing = context.midStream && context.opening?.request === undefined ? "midStreamStart" : undefined;
    this.#carry();
  }

  /** Streams that are open. */
  get all(): Iterable<Http2Stream> {
    return this.#open.values();
  }

  find(id: number): Http2Stream | undefined {
    return this.#open.get(id);
  }

  /** Whether a frame of this stream may come where frames are missing. */
  mayBe(id: number): boolean {
    if (this.missing === "midStreamStart" && this.#highest[1] === 0) return true;
    return this.#open.has(id) || (id % 2 === 1 && id > this.#highest[1] && id < this.#highest[1] + 2 * MAX_STREAMS);
  }

  /** A header block of a stream: a head, an interim head, or trailers. `head` is undefined where it could not be read. */
  headers(
    direction: Direction,
    block: HeaderBlock,
    head: MessageHead | undefined,
    because: GradeReason | undefined,
  ): void {
    const stream = this.#streamOf(block.header.streamId, direction, block.first, true);
    if (stream === undefined) return;
    if (because !== undefined) stream.gradeReasons.add(because);
    // Interim responses announce the final one (RFC 9110 §15.2).
    if (head?.status !== undefined && head.status < 200) {
      stream.interim ??= new Interim();
      stream.interim.add(head.status, block.last, stream.requestMessage?.headLast);
      return;
    }
    const message = this.#messageIn(stream, direction, block.first, head);
    message.bytes += block.bytes;
    message.last = block.last;
    if (message.hasHead) message.trailers = head?.headers ?? [];
    else this.#addHead(stream, direction, message, head);
    if ((block.header.flags & Flag.endStream) !== 0) this.#endMessage(stream, direction, message, block.last);
  }

  /** A PUSH_PROMISE: the request is the server's, its answer follows on the promised stream. */
  promise(
    direction: Direction,
    block: HeaderBlock,
    head: MessageHead | undefined,
    because: GradeReason | undefined,
  ): void {
    const id = block.promisedId;
    if (id === 0 || id % 2 === 1 || this.#open.has(id)) {
      this.#context.violation({ code: "badPromise", direction, mark: block.first });
      return;
    }
    const stream = this.#begin(id, block.first);
    stream.isPushed = true;
    if (because !== undefined) stream.gradeReasons.add(because);
    const message = new StreamMessage(block.first, 0);
    message.bytes = block.bytes;
    message.last = block.last;
    message.hasEnded = true;
    stream.requestMessage = message;
    if (head !== undefined)
      stream.request = { method: head.method, target: head.path, authority: head.authority, headers: head.headers };
  }

  dataBegins(direction: Direction, header: FrameHeader, first: Mark, last: Mark): void {
    const stream = this.#streamOf(header.streamId, direction, first, false);
    const message = stream && this.#messageIn(stream, direction, first, undefined);
    this.#sending[direction] = message;
    if (message === undefined) return;
    message.hasHead = true;
    message.bytes += header.length + 9;
    message.last = last;
  }

  dataBytes(direction: Direction, bytes: Uint8Array): void {
    const message = this.#sending[direction];
    if (message === undefined) return;
    message.body.add(bytes);
    message.observer?.data(bytes);
  }

  dataMissing(direction: Direction, missingBytes: number): void {
    const message = this.#sending[direction];
    if (message === undefined) return;
    message.body.skip(missingBytes);
    message.observer?.gap(missingBytes);
  }

  dataEnds(direction: Direction, header: FrameHeader, last: Mark, isWhole: boolean): void {
    const stream = this.#open.get(header.streamId);
    const message = this.#sending[direction];
    this.#sending[direction] = undefined;
    if (stream === undefined || message === undefined) {
      this.#flow.spend(direction, undefined, header.length, last);
      return;
    }
    message.last = last;
    if (!isWhole) stream.gradeReasons.add("missingSegments");
    if ((header.flags & Flag.endStream) === 0) {
      this.#flow.spend(direction, stream, header.length, last);
      return;
    }
    // What fills the window with its last byte waits for nothing.
    this.#endMessage(stream, direction, message, last);
    this.#flow.spend(direction, stream, header.length, last);
  }

  /** A RST_STREAM. Behind a complete response it only says that the request's rest is not wanted (RFC 9113 §8.1). */
  reset(direction: Direction, id: number, code: string, mark: Mark): void {
    const stream = this.#streamOf(id, direction, mark, false, false);
    if (stream === undefined) return;
    const by = direction === this.client ? "client" : "server";
    stream.reset = { code, by };
    if (code === "REFUSED_STREAM" && by === "server") stream.isUnprocessed = true;
    if (by === "client" && stream.responseMessage === undefined && this.#resets.note(mark))
      this.#context.violation({ code: "rapidReset", direction, mark });
    if (stream.responseMessage?.hasEnded === true || by === "server") this.#emit(stream, "reset", [], mark);
    else if (stream.cutAt === undefined) {
      this.#lingering.add(stream, mark);
      this.#emitLingering(mark);
    }
  }

  /** A GOAWAY: the sender did nothing with the other side's streams above `lastId`, and will not (RFC 9113 §6.8). */
  goaway(direction: Direction, lastId: number, code: string, mark: Mark): void {
    const isServers = direction !== this.client;
    for (const stream of [...this.#open.values()]) {
      if (stream.cutAt !== undefined) continue;
      if (stream.goaway === undefined || stream.goaway === "NO_ERROR") stream.goaway = code;
      if (!isServers || stream.isPushed || stream.id <= lastId || stream.responseMessage !== undefined) continue;
      stream.isUnprocessed = true;
      this.#emit(stream, "reset", [], mark);
    }
  }

  close(reason: EndReason, mark: Mark): void {
    const hasCaptureEnded = reason === "captureEnd" || reason === "replaced";
    for (const stream of [...this.#open.values()])
      this.#emit(stream, reason === "replaced" ? "captureEnd" : reason, hasCaptureEnded ? ["captureEnded"] : [], mark);
  }

  /** The request of an HTTP/1 upgrade is that of stream 1, and complete (RFC 7540 §3.2). */
  #carry(): void {
    const carriedRequest = this.#context.opening?.request;
    if (carriedRequest === undefined) return;
    const { request, passage } = carriedRequest;
    const stream = this.#begin(1, passage.first);
    const message = new StreamMessage(passage.first, 0);
    message.last = passage.last;
    message.bytes = passage.bytes;
    message.hasEnded = true;
    stream.request = request;
    stream.requestMessage = message;
    stream.isUpgraded = true;
  }

  /** The stream of a frame; undefined where it is finished, or none that may be. */
  #streamOf(id: number, direction: Direction, mark: Mark, isHead: boolean, mayBegin = true): Http2Stream | undefined {
    if (this.#lingering.count > 0) this.#emitLingering(mark);
    const known = this.#open.get(id);
    if (known !== undefined) return known;
    const [even, odd] = this.#highest;
    const isNew = id > (id % 2 === 0 ? even : odd);
    const opens = isHead && isNew && id % 2 === 1 && direction === this.client;
    if (!opens && (this.missing === undefined || this.#finished.has(id))) {
      if (isNew) this.#context.violation({ code: "idleStream", direction, mark });
      return undefined;
    }
    if (!mayBegin) return undefined;
    const stream = this.#begin(id, mark);
    if (!opens && direction !== this.client && this.missing !== undefined) stream.gradeReasons.add(this.missing);
    return stream;
  }

  #begin(id: number, mark: Mark): Http2Stream {
    const [oldest] = this.#open.values();
    if (this.#open.size >= MAX_STREAMS && oldest !== undefined)
      this.#emit(oldest, "captureEnd", ["limitReached"], mark);
    const stream = newStream(id);
    const parity = id % 2 === 0 ? 0 : 1;
    this.#highest[parity] = Math.max(this.#highest[parity], id);
    this.#open.set(id, stream);
    if (this.maxConcurrent !== undefined && this.#open.size - this.#lingering.count >= this.maxConcurrent)
      stream.limitReached = this.maxConcurrent;
    return stream;
  }

  /** The message that travels in a direction on a stream; begins where there is none. */
  #messageIn(stream: Http2Stream, direction: Direction, first: Mark, head: MessageHead | undefined): StreamMessage {
    const known = messageOf(stream, direction, this.client);
    if (known !== undefined) return known;
    const observer = head && observerOf(head.headers, this.#context.httpApplications);
    const message = new StreamMessage(first, this.#bodyLimit, head?.headers, observer);
    message.connectionBefore = this.#flow.connectionStalls(direction, first);
    if (direction === this.client) stream.requestMessage = message;
    else stream.responseMessage = message;
    return message;
  }

  #addHead(stream: Http2Stream, direction: Direction, message: StreamMessage, head: MessageHead | undefined): void {
    message.hasHead = true;
    message.headLast = message.last;
    if (head === undefined) return;
    // Where the head was before the capture, what came are trailers.
    if (head.kind === "trailers") {
      message.trailers = head.headers;
      stream.gradeReasons.add(this.missing ?? "notDecoded");
    } else if (direction === this.client)
      stream.request = { method: head.method, target: head.path, authority: head.authority, headers: head.headers };
    else stream.response = { statusCode: head.status, headers: head.headers };
  }

  #endMessage(stream: Http2Stream, direction: Direction, message: StreamMessage, mark: Mark): void {
    message.hasEnded = true;
    settleStalls(this.#flow, stream, direction, message, mark);
    const { requestMessage, responseMessage } = stream;
    const isAnswered = responseMessage?.hasEnded === true;
    // A request that was not seen to begin is not waited for.
    if (isAnswered && (requestMessage === undefined || requestMessage.hasEnded))
      this.#emit(stream, undefined, [], mark);
  }

  #emitLingering(mark: Mark): void {
    for (let due = this.#lingering.due(mark); due !== undefined; due = this.#lingering.due(mark))
      this.#emit(due, "reset", [], mark);
  }

  #emit(
    stream: Http2Stream,
    cutBy: "reset" | "fin" | "idle" | "captureEnd" | undefined,
    reasons: readonly GradeReason[],
    mark: Mark,
  ): void {
    this.#open.delete(stream.id);
    this.#lingering.delete(stream);
    if (this.missing !== undefined) this.#finish(stream.id);
    for (const direction of [Direction.toServer, Direction.toClient]) {
      const message = messageOf(stream, direction, this.client);
      if (message !== undefined && !message.hasEnded) settleStalls(this.#flow, stream, direction, message, mark);
    }
    const call = callOfStream(stream, { cutBy, gradeReasons: reasons }, this.#context.httpApplications);
    if (call !== undefined) this.#context.emit(call);
    for (const direction of [Direction.toServer, Direction.toClient])
      if (messageOf(stream, direction, this.client)?.body.isBomb === true)
        this.#context.violation({ code: "compressionBomb", direction, mark });
  }

  #finish(id: number): void {
    const [oldest] = this.#finished;
    if (this.#finished.size >= MAX_FINISHED && oldest !== undefined) this.#finished.delete(oldest);
    this.#finished.add(id);
  }
}
