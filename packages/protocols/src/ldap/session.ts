import type { Mark } from "@weir/base";
import { Direction, type EndReason, type GradeReason } from "@weir/model";
import { type Frame, FrameReader, type FrameShape } from "../common/frame-reader.ts";
import { unanswered } from "../common/unanswered.ts";
import type { Handover, Session, SessionContext } from "../contract.ts";
import { callOf, type Exchange } from "./call.ts";
import { extensionName, readExtension, readRequest, START_TLS } from "./request.ts";
import { SUCCESS } from "./results.ts";
import { bufferBytes, signedContent } from "./sasl-buffer.ts";
import {
  beginsMessage,
  isRequest,
  KEPT_BUFFER_BYTES,
  KEPT_BYTES,
  MAX_MESSAGE_BYTES,
  type Message,
  messageBytes,
  Operation,
  parseMessage,
} from "./wire.ts";

/** Requests that wait at most; the oldest is given up beyond it. */
export const MAX_PENDING = 1024;
/** Damage in a row before the session says that this is not LDAP. */
const MAX_DAMAGE = 4;
const MESSAGES: FrameShape = {
  headerBytes: 2,
  lengthOf: messageBytes,
  maxBytes: MAX_MESSAGE_BYTES,
  keptBytes: KEPT_BYTES,
  resumes: beginsMessage,
};
const OF_RESPONSES: ReadonlySet<number> = new Set([
  Operation.searchResultEntry,
  Operation.searchResultReference,
  Operation.intermediateResponse,
]);

/** One connection, or one pair of ends over UDP (CLDAP): responses name the message that they answer. */
export class LdapSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #pending = new Map<number, Exchange>();
  #damages = 0;
  #hasHole = false;
  /** What stands inside the buffers of a security layer. */
  readonly #inside: readonly [FrameReader, FrameReader];
  /** A login by SASL succeeded: what follows may be signed or sealed. */
  #mayBeWrapped = false;
  #isUnreadable = false;
  #startsTls = false;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#readers = [this.#readerOf(Direction.toServer), this.#readerOf(Direction.toClient)];
    this.#inside = [this.#insideOf(Direction.toServer), this.#insideOf(Direction.toClient)];
  }

  /** Behind StartTLS (RFC 4511 §4.14) TLS follows. */
  get handover(): Handover | undefined {
    if (!this.#startsTls) return undefined;
    const rest = [Direction.toServer, Direction.toClient].map((direction) => ({
      direction,
      bytes: this.#readers[direction].rest,
    }));
    return { rest: rest.filter(({ bytes }) => bytes.length > 0) };
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    if (this.#context.transport === "udp") this.#datagram(direction, bytes, mark);
    else this.#readers[direction].data(bytes, mark);
    return !this.#startsTls && !this.#isUnreadable && this.#damages < MAX_DAMAGE;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    this.#hasHole = true;
    this.#readers[direction].gap(missingBytes);
    this.#inside[direction].gap(Number.MAX_SAFE_INTEGER);
    return true;
  }

  end(): void {
    // A message that is cut off says nothing; waiting requests are settled by `close`.
  }

  close(reason: EndReason): void {
    const { status, gradeReasons } = unanswered(reason);
    for (const exchange of this.#pending.values()) this.#context.emit(callOf(exchange, { status }, gradeReasons));
    this.#pending.clear();
  }

  #readerOf(direction: Direction): FrameReader {
    const lengthOf = (bytes: Uint8Array) =>
      this.#mayBeWrapped && bytes[0] === 0 ? bufferBytes(bytes) : messageBytes(bytes);
    const handler = {
      frame: (frame: Frame) => (frame.bytes[0] === 0 ? this.#unwrap(direction, frame) : this.#frame(direction, frame)),
      damaged: (mark: Mark) => {
        if (this.#mayBeWrapped) this.#isUnreadable = true;
        else this.#damaged(direction, mark);
      },
    };
    return new FrameReader({ ...MESSAGES, lengthOf, keptBytes: KEPT_BUFFER_BYTES }, handler, this.#context.midStream);
  }

  #insideOf(direction: Direction): FrameReader {
    return new FrameReader(MESSAGES, {
      frame: (frame) => this.#frame(direction, frame),
      damaged: (mark) => this.#damaged(direction, mark),
    });
  }

  /** A buffer of the security layer: messages where it is only signed, nothing to see where it is sealed. */
  #unwrap(direction: Direction, { bytes, length, first, last }: Frame): undefined {
    const content = signedContent(bytes, length);
    if (content === undefined || content.length === 0) return;
    const inside = this.#inside[direction];
    // A message begins with the buffer's first packet and ends with its last.
    inside.data(content.subarray(0, -1), first);
    inside.data(content.subarray(-1), last);
    if (length > bytes.length) inside.gap(length - bytes.length);
  }

  /** A datagram holds one message or several: entries with what ends them. */
  #datagram(direction: Direction, bytes: Uint8Array, mark: Mark): void {
    for (let at = 0; at < bytes.length; ) {
      const length = messageBytes(bytes.subarray(at));
      if (typeof length !== "number") {
        this.#damaged(direction, mark);
        return;
      }
      this.#frame(direction, {
        bytes: bytes.subarray(at, at + length),
        length,
        first: mark,
        last: mark,
        hasGap: false,
      });
      at += length;
    }
  }

  #damaged(direction: Direction, mark: Mark): void {
    this.#damages += 1;
    this.#hasHole = true;
    this.#context.violation({ code: "badMessage", direction, mark });
  }

  #frame(direction: Direction, frame: Frame): boolean | undefined {
    const message = parseMessage(frame.bytes);
    if (message === undefined) {
      this.#damaged(direction, frame.first);
      return undefined;
    }
    this.#damages = 0;
    if (isRequest(message.operation)) this.#request(message, frame);
    else this.#response(message, frame);
    return !this.#startsTls;
  }

  #request(message: Message, { first, last, length, hasGap }: Frame): void {
    const asked = readRequest(message);
    const exchange: Exchange = {
      id: message.id,
      operation: message.operation,
      asked,
      first,
      last,
      bytes: length,
      hasGap,
      entries: 0,
      references: 0,
      responseFirst: undefined,
      responseLast: undefined,
      responseBytes: 0,
    };
    const { operation } = message;
    if (operation === Operation.unbindRequest || operation === Operation.abandonRequest) {
      this.#context.emit(callOf(exchange, { status: "ok" }, []));
      if (asked.abandonedId !== undefined) this.#giveUp(asked.abandonedId, "aborted", []);
      return;
    }
    if (this.#pending.size >= MAX_PENDING) {
      const [oldest] = this.#pending;
      if (oldest !== undefined) this.#giveUp(oldest[0], "unknown", ["limitReached"]);
    }
    this.#pending.set(message.id, exchange);
  }

  #giveUp(id: number, status: "aborted" | "unknown", reasons: readonly GradeReason[]): void {
    const exchange = this.#pending.get(id);
    this.#pending.delete(id);
    if (exchange !== undefined) this.#context.emit(callOf(exchange, { status }, reasons));
  }

  #response(message: Message, frame: Frame): void {
    const { id, operation, content } = message;
    if (id === 0) {
      this.#notice(message, frame);
      return;
    }
    const exchange = this.#pending.get(id) ?? this.#unasked(message, frame);
    exchange.responseFirst ??= frame.first;
    exchange.responseLast = frame.last;
    exchange.responseBytes += frame.length;
    exchange.hasGap ||= frame.hasGap;
    if (operation === Operation.searchResultEntry) exchange.entries += 1;
    if (operation === Operation.searchResultReference) exchange.references += 1;
    if (OF_RESPONSES.has(operation)) {
      this.#pending.set(id, exchange);
      return;
    }
    this.#pending.delete(id);
    const code = content.next() ? content.number : undefined;
    this.#context.emit(callOf(exchange, { code }, this.#reasonsOf(exchange)));
    this.#learn(exchange, code);
  }

  #learn({ asked }: Exchange, code: number | undefined): void {
    if (code !== SUCCESS) return;
    if (asked?.extension === extensionName(START_TLS)) this.#startsTls = true;
    if (asked?.authentication !== undefined && asked.authentication !== "simple") this.#mayBeWrapped = true;
  }

  /** A response whose request was not seen. */
  #unasked({ id, operation }: Message, { first }: Frame): Exchange {
    return {
      id,
      operation,
      asked: undefined,
      first,
      last: first,
      bytes: 0,
      hasGap: false,
      entries: 0,
      references: 0,
      responseFirst: undefined,
      responseLast: undefined,
      responseBytes: 0,
    };
  }

  #reasonsOf({ asked }: Exchange): GradeReason[] {
    if (asked !== undefined) return [];
    const reasons: GradeReason[] = [];
    if (this.#context.midStream) reasons.push("midStreamStart");
    if (this.#hasHole) reasons.push("missingSegments");
    return reasons;
  }

  /** An unsolicited notification (§4.4) has the id 0. */
  #notice(message: Message, frame: Frame): void {
    const code = message.content.next() ? message.content.number : undefined;
    const extension = readExtension(message.content);
    const exchange = { ...this.#unasked(message, frame), last: frame.last };
    const call = callOf(exchange, { code, extension }, []);
    const attributes = { ...call.attributes, "weir.call.initiator": "server" };
    this.#context.emit({ ...call, requestBytes: frame.length, attributes });
  }
}
