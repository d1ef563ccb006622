import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import { type Passage, passageOf } from "../common/passage.ts";
import { PendingTable } from "../common/pending-table.ts";
import type { Session, SessionContext } from "../contract.ts";
import { finish, giveUp, headerOf, type OpenCall, openCall } from "./calls.ts";
import { CLIENT_COMMANDS } from "./probe.ts";
import { parseFrame, STOMP_FRAMES, type StompFrame } from "./wire.ts";

/** Frames that wait for a receipt, and messages that wait for their acknowledgement, at most. */
export const MAX_PENDING = 1024;
/** Frames that make no sense, after which the rest is not read. */
const MAX_MALFORMED = 16;
/** Subscriptions whose settings are remembered. */
const MAX_SUBSCRIPTIONS = 1024;
/** Characters of an error's text that are kept. */
const MAX_ERROR_CHARACTERS = 256;
const OK = { status: "ok" } as const;

/** One STOMP connection: CONNECT with CONNECTED, frames with the receipts that they ask for, messages with their acknowledgements. */
export class StompSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  /** By the id of the receipt. */
  readonly #receipts: PendingTable<string, OpenCall>;
  /** By the id that an ACK has: `ack` in version 1.2, `message-id` before. */
  readonly #messages: PendingTable<string, OpenCall>;
  /** Acknowledgement modes, by subscription. */
  readonly #modes = new Map<string, string>();
  #connecting: OpenCall | undefined;
  #version: string | undefined;
  #malformed = 0;

  constructor(context: SessionContext) {
    this.#context = context;
    const overLimit = (call: OpenCall) => giveUp(context, call, "limit");
    this.#receipts = new PendingTable(MAX_PENDING, overLimit);
    this.#messages = new PendingTable(MAX_PENDING, overLimit);
    this.#readers = [this.#newReader(Direction.toServer), this.#newReader(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#readers[direction].data(bytes, mark);
    return this.#malformed < MAX_MALFORMED;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    const reader = this.#readers[direction];
    reader.gap(missingBytes);
    if (reader.isInFrames) return true;
    for (const table of [this.#receipts, this.#messages])
      for (const key of table.keys()) {
        const call = table.find(key);
        if (call !== undefined) call.mayHaveMissed = true;
      }
    return true;
  }

  end(): void {
    // A frame that is cut off says nothing; what waits is settled by `close`.
  }

  close(reason: EndReason): void {
    if (this.#connecting !== undefined) giveUp(this.#context, this.#connecting, reason);
    for (const table of [this.#receipts, this.#messages])
      for (const call of table.drain()) giveUp(this.#context, call, reason);
  }

  #newReader(direction: Direction): FrameReader {
    const handler = {
      frame: (frame: Frame) => this.#frame(direction, frame),
      damaged: (mark: Mark) => this.#complain("badFrame", direction, mark),
    };
    return new FrameReader(STOMP_FRAMES, handler);
  }

  #complain(code: string, direction: Direction, mark: Mark): void {
    this.#malformed += 1;
    this.#context.violation({ code, direction, mark });
  }

  #frame(direction: Direction, frame: Frame): boolean {
    const parsed = parseFrame(frame.bytes, frame.length);
    const passage = passageOf(frame);
    if (parsed.command === "") return true;
    const isKnown =
      direction === Direction.toServer ? this.#fromClient(parsed, passage) : this.#fromServer(parsed, passage);
    if (!isKnown) this.#complain("unknownCommand", direction, frame.last);
    return this.#malformed < MAX_MALFORMED;
  }

  #fromClient(frame: StompFrame, passage: Passage): boolean {
    const { command } = frame;
    if (!CLIENT_COMMANDS.has(command)) return false;
    const call = openCall(frame, passage, false, this.#version);
    if (command === "CONNECT" || command === "STOMP") {
      this.#connecting = call;
      return true;
    }
    if (command === "SUBSCRIBE") this.#subscribe(frame);
    const isSettled = (command === "ACK" || command === "NACK") && this.#settle(frame, passage);
    const receipt = headerOf(frame, "receipt");
    if (receipt !== undefined) this.#receipts.put(receipt, call);
    // What settles a message is that message's answer, and no call of its own.
    else if (!isSettled) finish(this.#context, call, OK);
    return true;
  }

  #fromServer(frame: StompFrame, passage: Passage): boolean {
    switch (frame.command) {
      case "CONNECTED":
        this.#connected(frame, passage);
        return true;
      case "RECEIPT": {
        const call = this.#receipts.take(headerOf(frame, "receipt-id") ?? "");
        if (call !== undefined) finish(this.#context, call, { ...OK, response: passage });
        return true;
      }
      case "MESSAGE":
        this.#message(frame, passage);
        return true;
      case "ERROR":
        this.#error(frame, passage);
        return true;
      default:
        return false;
    }
  }

  #connected(frame: StompFrame, passage: Passage): void {
    this.#version = headerOf(frame, "version") ?? "1.0";
    const call = this.#connecting;
    this.#connecting = undefined;
    if (call === undefined) return;
    const added = {
      "network.protocol.version": this.#version,
      "weir.stomp.server": headerOf(frame, "server"),
      "weir.stomp.heart_beat": headerOf(frame, "heart-beat"),
    };
    for (const [name, value] of Object.entries(added)) if (value !== undefined) call.attributes[name] = value;
    finish(this.#context, call, { ...OK, response: passage });
  }

  #subscribe(frame: StompFrame): void {
    const id = headerOf(frame, "id") ?? headerOf(frame, "destination") ?? "";
    if (this.#modes.size < MAX_SUBSCRIPTIONS || this.#modes.has(id))
      this.#modes.set(id, headerOf(frame, "ack") ?? "auto");
  }

  /** Messages of subscriptions that acknowledge wait for it; where the subscription was not seen, those that have an `ack` header. */
  #message(frame: StompFrame, passage: Passage): void {
    const call = openCall(frame, passage, true, this.#version);
    const subscription = headerOf(frame, "subscription") ?? headerOf(frame, "destination") ?? "";
    const mode = this.#modes.get(subscription);
    const ack = headerOf(frame, "ack");
    const isAwaited = mode === undefined ? ack !== undefined : mode !== "auto";
    const id = ack ?? headerOf(frame, "message-id");
    if (isAwaited && id !== undefined) this.#messages.put(id, call);
    else finish(this.#context, call, OK);
  }

  /** An acknowledgement settles its message, and in mode `client` all before it of the same subscription. Returns false where that was not seen. */
  #settle(frame: StompFrame, passage: Passage): boolean {
    const id = headerOf(frame, "id") ?? headerOf(frame, "message-id") ?? "";
    const last = this.#messages.find(id);
    if (last === undefined) return false;
    const subscription = last.attributes[SUBSCRIPTION];
    const isCumulative = this.#modes.get(subscription ?? last.frame.target) === "client";
    const outcome = {
      status: frame.command === "ACK" ? "ok" : "clientError",
      statusCode: frame.command,
      response: passage,
    } as const;
    for (const key of isCumulative ? this.#messages.keys() : [id]) {
      const call = this.#messages.find(key);
      if (call === undefined || call.attributes[SUBSCRIPTION] !== subscription) continue;
      this.#messages.take(key);
      if (key !== id) call.attributes["weir.stomp.settled_with"] = id;
      finish(this.#context, call, outcome);
      if (key === id) break;
    }
    return true;
  }

  /** An error names the receipt of what caused it, if that asked for one; behind CONNECT it refuses the connection. Else it is a call of its own. */
  #error(frame: StompFrame, passage: Passage): void {
    const statusCode = (headerOf(frame, "message") ?? "ERROR").slice(0, MAX_ERROR_CHARACTERS);
    const outcome = { status: "clientError", statusCode, response: passage } as const;
    const caused = this.#connecting ?? this.#receipts.take(headerOf(frame, "receipt-id") ?? "");
    this.#connecting = undefined;
    if (caused !== undefined) finish(this.#context, caused, outcome);
    else finish(this.#context, openCall(frame, passage, true, this.#version), { status: "clientError", statusCode });
  }
}

const SUBSCRIPTION = "weir.stomp.subscription";
