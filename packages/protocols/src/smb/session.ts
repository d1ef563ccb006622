import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import type { Passage } from "../common/passage.ts";
import type { Session, SessionContext } from "../contract.ts";
import { FRAME_HEADER_BYTES, FRAMES, FrameType, Protocol } from "./framing.ts";
import { HEADER2_BYTES, parseHeader1, parseHeader2 } from "./header.ts";
import { SealedMessages } from "./sealed-messages.ts";
import { Version1 } from "./version1.ts";
import { Version2 } from "./version2.ts";

/** Commands in one message at most (a compound). */
const MAX_COMPOUND = 64;
/** Damage in a row before the session says that this is not SMB. */
const MAX_DAMAGE = 4;

/** One connection: messages of version 1, of versions 2 and 3, and sealed ones, as each says of itself. */
export class SmbSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #version1: Version1;
  readonly #version2: Version2;
  readonly #encrypted = new SealedMessages("encrypted");
  readonly #compressed = new SealedMessages("compressed");
  #damages = 0;

  constructor(context: SessionContext) {
    this.#context = context;
    const emit = (call: CallDraft) => context.emit(call);
    this.#version1 = new Version1(emit);
    this.#version2 = new Version2(emit);
    this.#readers = [this.#readerOf(Direction.toServer), this.#readerOf(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#readers[direction].data(bytes, mark);
    return this.#damages < MAX_DAMAGE;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    this.#readers[direction].gap(missingBytes);
    return true;
  }

  end(): void {
    // A message that is cut off says nothing; waiting requests are settled by `close`.
  }

  close(reason: EndReason): void {
    this.#version1.close(reason);
    this.#version2.close(reason);
    for (const { call } of [this.#encrypted, this.#compressed]) if (call !== undefined) this.#context.emit(call);
  }

  #readerOf(direction: Direction): FrameReader {
    const handler = {
      frame: (frame: Frame): undefined => this.#frame(direction, frame),
      damaged: (mark: Mark) => this.#damaged(direction, mark),
    };
    return new FrameReader(FRAMES, handler, this.#context.midStream);
  }

  #frame(direction: Direction, { bytes, length, first, last, hasGap }: Frame): undefined {
    if (bytes[0] !== FrameType.message) return;
    const message = bytes.subarray(FRAME_HEADER_BYTES);
    const passage: Passage = { first, last, bytes: length, hasGap };
    switch (message[0]) {
      case Protocol.smb2:
        this.#compound(direction, message, passage);
        break;
      case Protocol.smb1:
        this.#message1(direction, message, passage);
        break;
      case Protocol.transform:
        this.#encrypted.add(direction, passage);
        break;
      case Protocol.compression:
        this.#compressed.add(direction, passage);
        break;
      default:
        this.#damaged(direction, last);
        return;
    }
  }

  /** Commands behind one another in a message (MS-SMB2 §3.2.4.1.4). Each counts its own bytes. */
  #compound(direction: Direction, message: Uint8Array, whole: Passage): void {
    let at = 0;
    for (let count = 0; count < MAX_COMPOUND; count += 1) {
      const header = parseHeader2(message.subarray(at));
      if (header === undefined) {
        // What was not kept of a long message is not damaged.
        if (at < message.length || count === 0) this.#damaged(direction, whole.last);
        return;
      }
      this.#damages = 0;
      const isLast = header.nextAt < HEADER2_BYTES;
      const own = message.subarray(at, isLast ? message.length : at + header.nextAt);
      const lengthOfRest = whole.bytes - FRAME_HEADER_BYTES - at;
      const passage = {
        ...whole,
        bytes: (at === 0 ? FRAME_HEADER_BYTES : 0) + (isLast ? lengthOfRest : header.nextAt),
      };
      if (header.isResponse) {
        const negotiation = header.command === 0 ? this.#version1.takeNegotiation() : undefined;
        this.#version2.response(header, own, passage, negotiation);
      } else this.#version2.request(header, own, passage);
      if (isLast) return;
      at += header.nextAt;
      if (at >= message.length) return;
    }
  }

  #message1(direction: Direction, message: Uint8Array, passage: Passage): void {
    const header = parseHeader1(message);
    if (header === undefined) {
      this.#damaged(direction, passage.last);
      return;
    }
    this.#damages = 0;
    if (header.isResponse) this.#version1.response(header, passage);
    else this.#version1.request(header, message, direction, passage);
  }

  #damaged(direction: Direction, mark: Mark): void {
    this.#damages += 1;
    this.#context.violation({ code: "badMessage", direction, mark });
  }
}
