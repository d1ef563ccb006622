import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import { passageOf } from "../common/passage.ts";
import type { Handover, Session, SessionContext } from "../contract.ts";
import { Conversation } from "./conversation.ts";
import { AMQP1_FRAMES } from "./frames.ts";
import { readPerformative } from "./performatives.ts";
import { isPerformative, PROTOCOL_HEADER_START, PROTOCOL_ID_AT, ProtocolId } from "./wire.ts";

/** Frames that make no sense, after which the rest is not read. */
const MAX_MALFORMED = 16;

/** One AMQP 1.0 connection: frames to performatives with their payloads, which the conversation pairs. */
export class Amqp1Session implements Session {
  handover: Handover | undefined;
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #conversation: Conversation;
  #malformed = 0;
  #isTls = false;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#conversation = new Conversation(context);
    this.#readers = [this.#newReader(Direction.toServer), this.#newReader(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    const reader = this.#readers[direction];
    reader.data(bytes, mark);
    if (this.#isTls) this.handover = { rest: [{ direction, bytes: reader.rest }] };
    return this.#malformed < MAX_MALFORMED && this.handover === undefined;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    const reader = this.#readers[direction];
    reader.gap(missingBytes);
    // A hole inside of a payload leaves everything in order.
    if (!reader.isInFrames) this.#conversation.lost(direction);
    return true;
  }

  end(): void {
    // A frame that is cut off says nothing; what waits is settled by `close`.
  }

  close(reason: EndReason): void {
    this.#conversation.close(reason);
  }

  #newReader(direction: Direction): FrameReader {
    const handler = {
      frame: (frame: Frame) => this.#frame(direction, frame),
      damaged: (mark: Mark) => {
        this.#complain("badFrame", direction, mark);
        this.#conversation.lost(direction);
      },
    };
    return new FrameReader(AMQP1_FRAMES, handler);
  }

  #complain(code: string, direction: Direction, mark: Mark): void {
    this.#malformed += 1;
    this.#context.violation({ code, direction, mark });
  }

  #frame(direction: Direction, frame: Frame): boolean {
    const { bytes } = frame;
    if (bytes[0] === PROTOCOL_HEADER_START) return this.#protocolHeader(direction, bytes[PROTOCOL_ID_AT] ?? 0);
    const bodyAt = (bytes[4] ?? 0) * 4;
    // A frame without a body keeps the connection alive (§2.4.5).
    if (frame.length === bodyAt) return true;
    const performative = readPerformative(bytes);
    if (performative === undefined || !isPerformative(bytes[5] ?? 0, performative.code)) {
      if (!frame.hasGap) this.#complain("badPerformative", direction, frame.last);
      return this.#malformed < MAX_MALFORMED;
    }
    const wrong = this.#conversation.received({
      performative,
      direction,
      channel: ((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0),
      payload: bytes.subarray(performative.payloadAt),
      payloadBytes: frame.length - performative.payloadAt,
      passage: passageOf(frame),
    });
    if (wrong !== undefined && !this.#context.midStream) this.#complain(wrong, direction, frame.last);
    return this.#malformed < MAX_MALFORMED;
  }

  /** The server's answer to a client that asks for TLS (§5.2.1): TLS begins behind it. Returns false where it does. */
  #protocolHeader(direction: Direction, id: number): boolean {
    if (id !== ProtocolId.tls || direction === Direction.toServer) return true;
    this.#isTls = true;
    return false;
  }
}
