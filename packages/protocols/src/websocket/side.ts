import type { Mark } from "@weir/base";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import {
  type FrameHead,
  frameShape,
  KEPT_BYTES,
  MAX_CONTROL_BYTES,
  OPCODE,
  parseFrameHead,
  payloadOf,
} from "./frame.ts";

/** A message as it went over the wire: one frame, or several where it was fragmented (RFC 6455 §5.4). */
export interface Message {
  readonly opcode: number;
  readonly isCompressed: boolean;
  readonly isMasked: boolean;
  readonly first: Mark;
  last: Mark;
  /** Frames' heads included. */
  bytes: number;
  payloadBytes: number;
  frames: number;
  /** Beginning of the payload, unmasked. */
  payload: Uint8Array;
  /** True where `payload` is not the whole. */
  isCut: boolean;
  /** True where bytes of it never came. */
  hasGap: boolean;
}

export interface SideHandler {
  message(message: Message): void;
  violation(code: string, mark: Mark): void;
}

/** Frames of one direction, put together to messages. */
export class Side {
  readonly reader: FrameReader;
  readonly #handler: SideHandler;
  readonly #isClient: boolean;
  /** The fragmented message under way; control frames may come in between. */
  #open: Message | undefined;
  #hasNotedMask = false;

  constructor(isClient: boolean, handler: SideHandler) {
    this.#isClient = isClient;
    this.#handler = handler;
    this.reader = new FrameReader(frameShape(isClient), {
      frame: (frame) => this.#frame(frame),
      damaged: (mark) => handler.violation("badFrame", mark),
    });
  }

  /** The fragmented message under way. */
  get open(): Message | undefined {
    return this.#open;
  }

  #frame(frame: Frame): undefined {
    const head = parseFrameHead(frame.bytes);
    // A hole can only lie behind the head, which `frameShape` has read.
    if (head === undefined || head === "needMore") return;
    if (head.isMasked !== this.#isClient && !this.#hasNotedMask) {
      this.#hasNotedMask = true;
      this.#handler.violation(this.#isClient ? "unmaskedFrame" : "maskedFrame", frame.first);
    }
    if (head.opcode >= OPCODE.close) this.#control(frame, head);
    else if (head.opcode === OPCODE.continuation) this.#continue(frame, head);
    else this.#begin(frame, head);
  }

  #control(frame: Frame, head: FrameHead): void {
    if (!head.isFinal) this.#handler.violation("fragmentedControlFrame", frame.first);
    if (head.payloadBytes > MAX_CONTROL_BYTES) this.#handler.violation("longControlFrame", frame.first);
    this.#handler.message(messageOf(frame, head));
  }

  #begin(frame: Frame, head: FrameHead): void {
    if (this.#open !== undefined) {
      this.#handler.violation("messageInsideMessage", frame.first);
      this.#handler.message({ ...this.#open, isCut: true });
      this.#open = undefined;
    }
    const message = messageOf(frame, head);
    if (head.isFinal) this.#handler.message(message);
    else this.#open = message;
  }

  #continue(frame: Frame, head: FrameHead): void {
    const message = this.#open;
    if (message === undefined) {
      this.#handler.violation("continuationOfNothing", frame.first);
      return;
    }
    message.last = frame.last;
    message.bytes += frame.length;
    message.payloadBytes += head.payloadBytes;
    message.frames += 1;
    message.hasGap ||= frame.hasGap;
    append(message, payloadOf(frame.bytes, head), head.payloadBytes);
    if (!head.isFinal) return;
    this.#open = undefined;
    this.#handler.message(message);
  }
}

function messageOf(frame: Frame, head: FrameHead): Message {
  const payload = payloadOf(frame.bytes, head);
  return {
    opcode: head.opcode,
    isCompressed: head.isCompressed,
    isMasked: head.isMasked,
    first: frame.first,
    last: frame.last,
    bytes: frame.length,
    payloadBytes: head.payloadBytes,
    frames: 1,
    payload,
    isCut: payload.length < head.payloadBytes,
    hasGap: frame.hasGap,
  };
}

/** Adds a fragment's payload as far as it fits, and as long as nothing is missing before it. */
function append(message: Message, payload: Uint8Array, payloadBytes: number): void {
  const room = message.isCut ? 0 : KEPT_BYTES - message.payload.length;
  if (payload.length < payloadBytes || payload.length > room) message.isCut = true;
  if (room === 0 || payload.length === 0) return;
  const longer = new Uint8Array(message.payload.length + Math.min(room, payload.length));
  longer.set(message.payload);
  longer.set(payload.subarray(0, room), message.payload.length);
  message.payload = longer;
}
