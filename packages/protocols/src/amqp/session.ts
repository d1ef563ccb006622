import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import { ByteCursor } from "../common/byte-cursor.ts";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import { passageOf } from "../common/passage.ts";
import type { Session, SessionContext } from "../contract.ts";
import { ContentAssembler, type Received } from "./contents.ts";
import { Conversation } from "./conversation.ts";
import { AMQP_FRAMES } from "./frames.ts";
import { type Arguments, type Method, methodOf, readArguments } from "./methods.ts";
import { FRAME_END, FRAME_HEADER_BYTES, FrameType, PROTOCOL_HEADER_START } from "./wire.ts";

/** Frames that make no sense, after which the rest is not read. */
const MAX_MALFORMED = 16;

const NO_ARGUMENTS: Arguments = { texts: new Map(), numbers: new Map(), tables: new Map() };
/** Heartbeats are frames of their own; here they are told like a method that nobody answers. */
const HEARTBEAT: Method = {
  classId: 0,
  methodId: 0,
  name: "heartbeat",
  sender: "both",
  arguments: [],
  hasContent: false,
  answers: undefined,
};

/** One AMQP 0-9-1 connection: frames to methods with their messages, which the conversation pairs. */
export class AmqpSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #contents = [new ContentAssembler(), new ContentAssembler()] as const;
  readonly #conversation: Conversation;
  #malformed = 0;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#conversation = new Conversation(context);
    this.#readers = [this.#newReader(Direction.toServer), this.#newReader(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#readers[direction].data(bytes, mark);
    return this.#malformed < MAX_MALFORMED;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    const reader = this.#readers[direction];
    reader.gap(missingBytes);
    // A hole inside of a body leaves everything in order.
    if (reader.isInFrames) return true;
    for (const received of this.#contents[direction].abandonAll())
      this.#conversation.received(direction, { ...received, passage: { ...received.passage, hasGap: true } });
    this.#conversation.lost(direction);
    return true;
  }

  end(): void {
    // A frame that is cut off says nothing; what waits is settled by `close`.
  }

  close(reason: EndReason): void {
    for (const direction of [Direction.toServer, Direction.toClient])
      for (const received of this.#contents[direction].abandonAll())
        this.#conversation.unfinished(direction, received, reason);
    this.#conversation.close(reason);
  }

  #newReader(direction: Direction): FrameReader {
    const handler = {
      frame: (frame: Frame) => this.#frame(direction, frame),
      damaged: (mark: Mark) => this.#complain("badFrame", direction, mark),
    };
    return new FrameReader(AMQP_FRAMES, handler);
  }

  #complain(code: string, direction: Direction, mark: Mark): void {
    this.#malformed += 1;
    this.#context.violation({ code, direction, mark });
  }

  #frame(direction: Direction, frame: Frame): boolean {
    const { bytes, length, last } = frame;
    const type = bytes[0];
    // The protocol header of the client; a server that sends one wants another version (§4.2.2).
    if (type === PROTOCOL_HEADER_START) {
      if (direction === Direction.toClient) this.#complain("versionRefused", direction, last);
      return true;
    }
    if (bytes.length === length && bytes[length - 1] !== FRAME_END) this.#complain("badFrameEnd", direction, last);
    const channel = ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0);
    if (type === FrameType.method) this.#method(direction, channel, frame);
    else if (type === FrameType.heartbeat) this.#pass(direction, heartbeatOf(channel, frame));
    else this.#content(direction, channel, frame);
    return this.#malformed < MAX_MALFORMED;
  }

  #method(direction: Direction, channel: number, frame: Frame): void {
    const cursor = new ByteCursor(frame.bytes, FRAME_HEADER_BYTES);
    const method = methodOf(cursor.uint16(), cursor.uint16());
    if (method === undefined) {
      this.#complain("unknownMethod", direction, frame.last);
      return;
    }
    const args = readArguments(cursor, method);
    if (cursor.hasFailed) this.#complain("badArguments", direction, frame.last);
    const passage = passageOf(frame);
    if (method.hasContent) {
      const unfinished = this.#contents[direction].begin(method, args, channel, passage);
      if (unfinished === undefined) return;
      this.#complain("unfinishedContent", direction, frame.last);
      this.#pass(direction, unfinished);
    } else this.#pass(direction, { method, args, channel, passage, content: undefined });
  }

  #content(direction: Direction, channel: number, frame: Frame): void {
    const contents = this.#contents[direction];
    const passage = passageOf(frame);
    const isHeader = frame.bytes[0] === FrameType.header;
    const received = isHeader
      ? contents.header(channel, frame.bytes, passage)
      : contents.body(channel, frame.bytes, passage);
    if (received !== "stray") this.#pass(direction, received);
    else if (!this.#context.midStream) this.#complain("strayContent", direction, frame.last);
  }

  #pass(direction: Direction, received: Received | undefined): void {
    if (received !== undefined) this.#conversation.received(direction, received);
  }
}

function heartbeatOf(channel: number, frame: Frame): Received {
  return { method: HEARTBEAT, args: NO_ARGUMENTS, channel, passage: passageOf(frame), content: undefined };
}
