import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import { FrameReader } from "../common/frame-reader.ts";
import type { Handover, Session, SessionContext } from "../contract.ts";
import { Backend } from "./backend.ts";
import { Conversation, TO } from "./conversation.ts";
import { Frontend } from "./frontend.ts";
import { probeSide } from "./probe.ts";
import { HEADER_BYTES, KEPT_BYTES, MAX_MESSAGE_BYTES, messageLength, type Side } from "./wire.ts";

const ERROR = 0x45;

/** One connection of PostgreSQL's protocol 3: queries and their answers, in order (PostgreSQL documentation §55.2). */
export class PostgresqlSession implements Session {
  readonly #conversation: Conversation;
  readonly #frontend: Frontend;
  readonly #backend: Backend;
  readonly #readers: readonly [FrameReader, FrameReader];
  /** Answers may be missing: what still waits when the client asks anew was answered unseen. */
  #isUncertain = false;
  #handover: Handover | undefined;

  constructor(context: SessionContext) {
    this.#conversation = new Conversation(context);
    this.#frontend = new Frontend(this.#conversation);
    this.#backend = new Backend(this.#conversation);
    this.#readers = [this.#readerOf("frontend"), this.#readerOf("backend")];
  }

  get handover(): Handover | undefined {
    return this.#handover;
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    if (direction === Direction.toServer) {
      if (this.#isUncertain) this.#conversation.missAll();
      this.#isUncertain = false;
    } else if (this.#conversation.head?.kind === "e" && bytes[0] !== ERROR) {
      return this.#encryptionAnswer(bytes, mark);
    }
    this.#readers[direction].data(bytes, mark);
    return true;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    this.#conversation.gap();
    this.#readers[direction].gap(missingBytes);
    this.#isUncertain ||= direction === Direction.toClient && this.#readers[direction].underWay === undefined;
    return true;
  }

  end(): void {
    // A side that has finished may still be answered; `close` settles what waits.
  }

  close(reason: EndReason): void {
    const { open } = this.#frontend;
    this.#conversation.close(reason);
    if (open !== undefined) this.#conversation.emit(open, reason);
    this.#backend.close();
  }

  /** One byte answers SSLRequest and GSSENCRequest: yes, and encryption begins; or no. */
  #encryptionAnswer(bytes: Uint8Array, mark: Mark): boolean {
    const exchange = this.#conversation.take("e");
    if (exchange === undefined || bytes.length === 0) return true;
    exchange.answered({ bytes, length: 1, first: mark, last: mark, hasGap: false });
    exchange.answer = String.fromCharCode(bytes[0] ?? 0);
    this.#conversation.finish(exchange);
    const rest = bytes.subarray(1);
    if (exchange.answer === "N") {
      if (rest.length > 0) this.#readers[Direction.toClient].data(rest, mark);
      return true;
    }
    this.#handover = { rest: rest.length === 0 ? [] : [{ direction: Direction.toClient, bytes: rest }] };
    return false;
  }

  #readerOf(side: Side): FrameReader {
    const shape = {
      headerBytes: HEADER_BYTES,
      lengthOf: (bytes: Uint8Array) => messageLength(side, bytes),
      maxBytes: MAX_MESSAGE_BYTES + 1,
      keptBytes: KEPT_BYTES,
      resumes: (bytes: Uint8Array) => probeSide(side, bytes),
    };
    const reader = side === "frontend" ? this.#frontend : this.#backend;
    const handler = {
      frame(frame: Parameters<Frontend["message"]>[0]) {
        reader.message(frame);
        return undefined;
      },
      damaged: (mark: Mark) => {
        this.#conversation.violation("badMessage", TO[side], mark);
        this.#isUncertain ||= side === "backend";
      },
    };
    return new FrameReader(shape, handler, this.#conversation.context.midStream);
  }
}
