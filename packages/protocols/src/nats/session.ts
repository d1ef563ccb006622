import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import { passageOf } from "../common/passage.ts";
import type { Handover, Session, SessionContext } from "../contract.ts";
import { Conversation } from "./conversation.ts";
import { parseMessage } from "./messages.ts";
import { NATS_MESSAGES, parseOperation } from "./wire.ts";

/** Requests of each kind that wait for an answer at most. */
export { MAX_PENDING } from "./conversation.ts";

/** Lines that make no sense, after which the rest is not read. */
const MAX_MALFORMED = 16;
/** A TLS handshake record, with which a client goes on behind an INFO that asks for TLS. */
const TLS_HANDSHAKE = 0x16;

/** One NATS connection: lines and messages, which the conversation pairs. */
export class NatsSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #conversation: Conversation;
  #malformed = 0;
  #hasClientSpoken = false;
  handover: Handover | undefined;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#conversation = new Conversation(context);
    this.#readers = [this.#newReader(Direction.toServer), this.#newReader(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    if (direction === Direction.toServer && !this.#hasClientSpoken) {
      this.#hasClientSpoken = true;
      if (bytes[0] === TLS_HANDSHAKE) {
        this.handover = { rest: [{ direction, bytes }] };
        return false;
      }
    }
    this.#readers[direction].data(bytes, mark);
    return this.#malformed < MAX_MALFORMED;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    const reader = this.#readers[direction];
    reader.gap(missingBytes);
    if (!reader.isInFrames) this.#conversation.lost();
    return true;
  }

  end(): void {
    // A line that is cut off says nothing; what waits is settled by `close`.
  }

  close(reason: EndReason): void {
    this.#conversation.close(reason);
  }

  #newReader(direction: Direction): FrameReader {
    const handler = {
      frame: (frame: Frame) => this.#operation(direction, frame),
      damaged: (mark: Mark) => this.#complain("badLine", direction, mark),
    };
    return new FrameReader(NATS_MESSAGES, handler);
  }

  #complain(code: string, direction: Direction, mark: Mark): void {
    this.#malformed += 1;
    this.#context.violation({ code, direction, mark });
  }

  #operation(direction: Direction, frame: Frame): boolean {
    const operation = parseOperation(frame.bytes, frame.length);
    const passage = passageOf(frame);
    const code =
      direction === Direction.toServer ? this.#fromClient(operation, passage) : this.#fromServer(operation, passage);
    if (code !== undefined) this.#complain(code, direction, frame.last);
    return this.#malformed < MAX_MALFORMED;
  }

  /** Returns the code of what is wrong with an operation, if anything is. */
  #fromClient(operation: ReturnType<typeof parseOperation>, passage: ReturnType<typeof passageOf>): string | undefined {
    switch (operation.name) {
      case "CONNECT":
        this.#conversation.connect(operation, passage);
        return undefined;
      case "PUB":
      case "HPUB": {
        const message = parseMessage(operation);
        if (message === undefined) return "badArguments";
        this.#conversation.publish(operation.name, message, passage);
        return undefined;
      }
      case "SUB":
      case "UNSUB":
        return this.#conversation.subscribe(operation, passage) ? undefined : "badArguments";
      case "PING":
      case "PONG":
        this.#conversation.ping(Direction.toServer, operation.name, passage);
        return undefined;
      default:
        return operation.name === "" ? undefined : "unknownOperation";
    }
  }

  #fromServer(operation: ReturnType<typeof parseOperation>, passage: ReturnType<typeof passageOf>): string | undefined {
    const { name } = operation;
    this.#conversation.serverSpoke(operation, passage);
    switch (name) {
      case "INFO":
        this.#conversation.info(operation, passage);
        return undefined;
      case "MSG":
      case "HMSG": {
        const message = parseMessage(operation);
        if (message === undefined) return "badArguments";
        this.#conversation.deliver(name, message, passage);
        return undefined;
      }
      case "PING":
      case "PONG":
        this.#conversation.ping(Direction.toClient, name, passage);
        return undefined;
      case "+OK":
      case "-ERR":
        return undefined;
      default:
        return name === "" ? undefined : "unknownOperation";
    }
  }
}
