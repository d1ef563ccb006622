import type { Frame } from "../common/frame-reader.ts";
import { authenticationMethod } from "./authentication.ts";
import type { Conversation } from "./conversation.ts";
import { parseNotice } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { columnNames, cString, HEADER_BYTES, messageType, uint32 } from "./wire.ts";

const MAX_TAG_CHARS = 200;
const FAREWELLS = new Set(["FATAL", "PANIC"]);
const TRANSACTIONS: Readonly<Record<string, string>> = { I: "idle", T: "open", E: "failed" };

/** Reads what a server sends. */
export class Backend {
  readonly #conversation: Conversation;
  /** An answer whose question was not seen. */
  #orphan: Exchange | undefined;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  /** Emits what is unfinished of an answer without a question. */
  close(): void {
    if (this.#orphan !== undefined) this.#conversation.emit(this.#orphan, "captureEnd");
    this.#orphan = undefined;
  }

  message(frame: Frame): void {
    const type = messageType(frame.bytes);
    switch (type) {
      case "D":
        this.#current(frame).rows += 1;
        break;
      case "C":
      case "I":
      case "s":
        this.#complete(type, frame);
        break;
      case "Z":
        this.#ready(frame);
        break;
      case "T":
      case "n":
        this.#described(type, frame);
        break;
      case "1":
        this.#done("P", frame);
        break;
      case "2":
        this.#done("B", frame);
        break;
      case "3":
        this.#done("C", frame);
        break;
      case "E":
        this.#error(frame);
        break;
      case "N":
        this.#notice(frame);
        break;
      case "A":
        this.#notification(frame);
        break;
      case "R":
      case "K":
      case "S":
        this.#started(type, frame);
        break;
      case "G":
      case "H":
      case "W":
      case "d":
        this.#copy(type, frame);
        break;
      default:
        // CopyDone, ParameterDescription, FunctionCallResponse, NegotiateProtocolVersion.
        this.#current(frame);
    }
  }

  /** The exchange that a part of an answer belongs to. */
  #current(frame: Frame): Exchange {
    const { head } = this.#conversation;
    const exchange = head?.exchange ?? this.#withoutQuestion(frame);
    if (exchange.isComplete && (head === undefined || head.kind === "Q")) this.#conversation.emitStatement(exchange);
    exchange.answered(frame);
    return exchange;
  }

  #withoutQuestion(frame: Frame): Exchange {
    this.#orphan ??= this.#conversation.orphan("unknown", frame.first);
    return this.#orphan;
  }

  #complete(type: string, frame: Frame): void {
    const exchange = this.#current(frame);
    if (type === "C") exchange.tag = cString(frame.bytes, HEADER_BYTES).text.slice(0, MAX_TAG_CHARS);
    if (type === "s") exchange.isSuspended = true;
    exchange.isComplete = true;
    if (this.#conversation.head?.kind !== "Q" && exchange !== this.#orphan) this.#taken("E");
  }

  #ready(frame: Frame): void {
    const exchange = this.#conversation.takeReady() ?? this.#orphan;
    if (exchange === undefined) return;
    exchange.answered(frame);
    exchange.transaction = TRANSACTIONS[String.fromCharCode(frame.bytes[HEADER_BYTES] ?? 0)] ?? "";
    this.#conversation.emit(exchange);
    this.#orphan = undefined;
  }

  /** RowDescription or NoData: of a Query that goes on, else the answer to Describe. */
  #described(type: string, frame: Frame): void {
    const exchange = this.#current(frame);
    if (type === "T") exchange.columns = columnNames(frame.bytes);
    if (this.#conversation.head?.kind === "D") this.#taken("D");
  }

  #done(kind: "P" | "B" | "C", frame: Frame): void {
    const exchange = this.#conversation.take(kind);
    if (exchange === undefined) return;
    exchange.answered(frame);
    this.#conversation.finish(exchange);
  }

  #taken(kind: "D" | "E"): void {
    const exchange = this.#conversation.take(kind);
    if (exchange !== undefined) this.#conversation.finish(exchange);
  }

  #error(frame: Frame): void {
    const { head } = this.#conversation;
    const error = parseNotice(frame.bytes);
    // Between queries a server says nothing but its farewell.
    if (head === undefined && this.#orphan === undefined && FAREWELLS.has(error.severity)) {
      this.#conversation.emitUnasked("Error", "", frame, error);
      return;
    }
    const exchange = this.#current(frame);
    exchange.error = error;
    if (head?.kind === "s" || head?.kind === "e") {
      this.#conversation.take(head.kind);
      this.#conversation.finish(exchange);
    } else if (head !== undefined) this.#conversation.skipToSync();
  }

  #notice(frame: Frame): void {
    const exchange = this.#conversation.head?.exchange ?? this.#orphan;
    if (exchange !== undefined) {
      exchange.answered(frame);
      exchange.notices += 1;
      return;
    }
    this.#conversation.emitUnasked("Notice", "", frame, parseNotice(frame.bytes));
  }

  /** NOTIFY of somebody else. Its payload is not kept. */
  #notification(frame: Frame): void {
    const channel = cString(frame.bytes, HEADER_BYTES + 4).text;
    this.#conversation.emitUnasked("NotificationResponse", channel, frame);
  }

  #started(type: string, frame: Frame): void {
    const { head, about } = this.#conversation;
    const { bytes } = frame;
    if (type === "K") about.backendPid = String(uint32(bytes, HEADER_BYTES));
    if (type === "S") {
      const name = cString(bytes, HEADER_BYTES);
      if (name.text === "server_version") about.serverVersion = cString(bytes, name.next).text;
    }
    if (head === undefined) return;
    head.exchange.answered(frame);
    if (type === "R" && head.kind === "s") head.exchange.answer = authenticationMethod(bytes) ?? head.exchange.answer;
  }

  /** Rows to the server: its leave to send them is not yet its answer. */
  #copy(type: string, frame: Frame): void {
    if (type === "G") {
      const exchange = this.#conversation.head?.exchange;
      if (exchange === undefined) return;
      if (exchange.isComplete) this.#conversation.emitStatement(exchange);
      exchange.responseBytes += frame.length;
      exchange.copy = "in";
      return;
    }
    const exchange = this.#current(frame);
    if (type === "H") exchange.copy = "out";
    else if (type === "W") exchange.copy = "both";
    else exchange.copyBytes += frame.length - HEADER_BYTES;
  }
}
