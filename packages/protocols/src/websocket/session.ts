import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import { unanswered } from "../common/unanswered.ts";
import type { InnerStream, Session, SessionContext } from "../contract.ts";
import { BODY_BYTES, callOf } from "./call.ts";
import { OPCODE } from "./frame.ts";
import { MAX_MESSAGE_BYTES, MessageInflater } from "./message-inflater.ts";
import { type Message, Side } from "./side.ts";

/** Pings that wait for their pong at most, and closes with them. */
export const MAX_PENDING = 100;

/**
 * One WebSocket (RFC 6455): every message is a call without an answer, whoever sends it; pings wait for their pong, and a close for the other side's.
 * Binary messages are also a stream of their own, in which other protocols are looked for (MQTT, AMQP, tunnels).
 */
export class WebSocketSession implements Session {
  readonly #context: SessionContext;
  readonly #target: string;
  readonly #sides: readonly [Side, Side];
  readonly #inflaters: readonly [MessageInflater, MessageInflater];
  /** Pings and closes that wait for the other side, by the direction in which they went. */
  readonly #pending: readonly [Message[], Message[]] = [[], []];
  #inner: InnerStream | undefined;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#target = context.opening?.target ?? "";
    const options = context.opening?.options ?? "";
    this.#sides = [this.#sideOf(Direction.toServer), this.#sideOf(Direction.toClient)];
    this.#inflaters = [
      new MessageInflater(!options.includes("client_no_context_takeover")),
      new MessageInflater(!options.includes("server_no_context_takeover")),
    ];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#sides[direction].reader.data(bytes, mark);
    return true;
  }

  gap(direction: Direction, missingBytes: number, mark: Mark): boolean {
    this.#sides[direction].reader.gap(missingBytes);
    this.#inflaters[direction].lose();
    this.#inner?.gap(direction, missingBytes, mark);
    return true;
  }

  end(direction: Direction, mark: Mark): void {
    this.#inner?.end(direction, mark);
  }

  close(reason: EndReason, mark: Mark): void {
    const { status, gradeReasons } = unanswered(reason);
    for (const direction of [Direction.toServer, Direction.toClient]) {
      const { open } = this.#sides[direction];
      if (open !== undefined) this.#emit(direction, { ...open, isCut: true }, undefined, { status, gradeReasons });
      for (const message of this.#pending[direction].splice(0)) {
        // Who closes the connection behind a close has answered it in its own way.
        const isOver = message.opcode === OPCODE.close && reason === "fin";
        this.#emit(direction, message, undefined, isOver ? OK : { status, gradeReasons });
      }
    }
    this.#inner?.close(reason, mark);
  }

  #sideOf(direction: Direction): Side {
    return new Side(direction === Direction.toServer, {
      message: (message) => this.#message(direction, message),
      violation: (code, mark) => this.#context.violation({ code, direction, mark }),
    });
  }

  #message(direction: Direction, message: Message): void {
    if (message.opcode === OPCODE.pong || message.opcode === OPCODE.close) {
      if (this.#answer(direction, message)) return;
    }
    if (message.opcode === OPCODE.ping || message.opcode === OPCODE.close) {
      const pending = this.#pending[direction];
      pending.push(message);
      if (pending.length > MAX_PENDING)
        this.#emit(direction, pending.shift() ?? message, undefined, {
          status: "unknown",
          gradeReasons: ["limitReached"],
        });
      return;
    }
    this.#emit(direction, message, undefined, OK);
  }

  /** Pairs a pong with its ping, by their equal payloads (§5.5.3), and a close with the other side's. False where nothing waits for it. */
  #answer(direction: Direction, answer: Message): boolean {
    const asking = direction === Direction.toServer ? Direction.toClient : Direction.toServer;
    const pending = this.#pending[asking];
    const index = pending.findIndex((message) =>
      answer.opcode === OPCODE.close
        ? message.opcode === OPCODE.close
        : message.opcode === OPCODE.ping && isSame(message.payload, answer.payload),
    );
    if (index < 0) return false;
    // One pong may answer the latest of several pings; those before it are answered with it.
    for (const earlier of pending.splice(0, index)) this.#emit(asking, earlier, undefined, OK);
    const [message] = pending.splice(0, 1);
    if (message !== undefined) this.#emit(asking, message, answer, OK);
    return true;
  }

  #emit(
    direction: Direction,
    message: Message,
    answer: Message | undefined,
    outcome: Pick<Parameters<typeof callOf>[0], "status" | "gradeReasons">,
  ): void {
    const isFromServer = direction === Direction.toClient;
    const content = message.isCompressed ? this.#inflate(direction, message) : message.payload;
    this.#context.emit(callOf({ message, answer, isFromServer, target: this.#target, content, ...outcome }));
    if (message.opcode === OPCODE.binary) this.#carry(direction, message, content);
  }

  #inflate(direction: Direction, message: Message): Uint8Array | undefined {
    const inflater = this.#inflaters[direction];
    if (message.isCut) {
      inflater.lose();
      return undefined;
    }
    // What is inside of binary messages is read on; of text the beginning is shown.
    const keptBytes = message.opcode === OPCODE.binary ? MAX_MESSAGE_BYTES : BODY_BYTES + 1;
    const content = inflater.decode(message.payload, keptBytes);
    if (content !== "bomb") return content;
    this.#context.violation({ code: "compressionBomb", direction, mark: message.last });
    return undefined;
  }

  /** Hands a binary message to whatever protocol is inside. */
  #carry(direction: Direction, message: Message, content: Uint8Array | undefined): void {
    this.#inner ??= this.#context.inner();
    if (content !== undefined && content.length > 0) this.#inner.data(direction, content, message.last);
    const missing = message.payloadBytes - (content?.length ?? 0);
    if (missing > 0 && !message.isCompressed) this.#inner.gap(direction, missing, message.last);
  }
}

const OK = { status: "ok", gradeReasons: [] } as const;

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
