import type { Mark } from "@weir/base";
import { Direction, type EndReason, type GradeReason } from "@weir/model";
import { type Frame, FrameReader, type FrameShape } from "../common/frame-reader.ts";
import { unanswered } from "../common/unanswered.ts";
import type { Session, SessionContext } from "../contract.ts";
import { callOf, type Passage, type Request } from "./call.ts";
import { readReply } from "./reply.ts";
import { readRequest } from "./request.ts";
import { beginsMessage, HEADER_BYTES, KEPT_BYTES, MAX_MESSAGE_BYTES, messageBytes, parseMessage } from "./wire.ts";

/** Requests that wait for their answer at most; the oldest is given up beyond it. */
export const MAX_PENDING = 1024;
/** Damage in a row before the session says that this is not MongoDB. */
const MAX_DAMAGE = 4;
const SHAPE: FrameShape = {
  headerBytes: HEADER_BYTES,
  lengthOf: messageBytes,
  maxBytes: MAX_MESSAGE_BYTES,
  keptBytes: KEPT_BYTES,
  resumes: beginsMessage,
};

/** One connection: answers name the request that they answer. */
export class MongodbSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #pending = new Map<number, Request>();
  #damages = 0;
  #hasHole = false;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#readers = [this.#readerOf(Direction.toServer), this.#readerOf(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#readers[direction].data(bytes, mark);
    return this.#damages < MAX_DAMAGE;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    this.#hasHole = true;
    this.#readers[direction].gap(missingBytes);
    return true;
  }

  end(): void {
    // A message that is cut off says nothing; waiting requests are settled by `close`.
  }

  close(reason: EndReason): void {
    const { status, gradeReasons } = unanswered(reason);
    for (const request of this.#pending.values())
      if (!request.isContinued) this.#context.emit(callOf(request, undefined, status, gradeReasons));
    this.#pending.clear();
  }

  #readerOf(direction: Direction): FrameReader {
    const handler = {
      frame: (frame: Frame) => this.#message(direction, frame),
      damaged: (mark: Mark) => {
        this.#damages += 1;
        this.#hasHole = true;
        this.#context.violation({ code: "badMessage", direction, mark });
      },
    };
    return new FrameReader(SHAPE, handler, this.#context.midStream);
  }

  #message(direction: Direction, { bytes, length, first, last, hasGap }: Frame): undefined {
    this.#damages = 0;
    const message = parseMessage(bytes);
    const passage = { message, first, last, bytes: length, hasGap };
    if (direction === Direction.toServer) this.#request(passage);
    else this.#reply(passage);
  }

  #request(passage: Passage): void {
    const request: Request = { ...passage, command: readRequest(passage.message), isContinued: false };
    if (request.command.isSilent) {
      this.#context.emit(callOf(request, undefined, "ok", []));
      return;
    }
    this.#put(request.message.requestId, request);
  }

  #put(id: number, request: Request): void {
    if (this.#pending.size >= MAX_PENDING) {
      const [oldest] = this.#pending;
      if (oldest !== undefined) {
        this.#pending.delete(oldest[0]);
        if (!oldest[1].isContinued) this.#context.emit(callOf(oldest[1], undefined, "unknown", ["limitReached"]));
      }
    }
    this.#pending.set(id, request);
  }

  #reply(passage: Passage): void {
    const { requestId, responseTo } = passage.message;
    const request = this.#pending.get(responseTo);
    this.#pending.delete(responseTo);
    const reply = readReply(passage.message);
    const reasons: GradeReason[] = [];
    if (request === undefined && this.#context.midStream) reasons.push("midStreamStart");
    if (passage.hasGap || request?.hasGap === true || (request === undefined && this.#hasHole))
      reasons.push("missingSegments");
    this.#context.emit(callOf(request, { ...passage, reply }, undefined, reasons));
    // Exhaust: the next answer refers to this one.
    if (request !== undefined && reply.moreToCome) this.#put(requestId, { ...request, isContinued: true });
  }
}
