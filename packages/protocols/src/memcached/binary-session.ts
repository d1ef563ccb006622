import type { Mark } from "@weir/base";
import { Direction, type EndReason, type GradeReason } from "@weir/model";
import { type Frame, FrameReader, type FrameShape } from "../common/frame-reader.ts";
import { unanswered } from "../common/unanswered.ts";
import type { Session, SessionContext } from "../contract.ts";
import { beginsPacket, HEADER_BYTES, KEPT_BYTES, MAX_BYTES, packetBytes, parsePacket } from "./binary.ts";
import { type BinaryRequest, type BinaryResponse, binaryCall } from "./binary-call.ts";
import { MAX_PENDING } from "./text-session.ts";

/** Damage in a row before the session says that this is not memcached. */
const MAX_DAMAGE = 8;
const SHAPE: FrameShape = {
  headerBytes: HEADER_BYTES,
  lengthOf: packetBytes,
  maxBytes: MAX_BYTES,
  keptBytes: KEPT_BYTES,
  resumes: beginsPacket,
};

/** A connection that speaks the binary protocol: responses are paired by their opaque value; quiet requests may have none. */
export class BinarySession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  #pending: BinaryRequest[] = [];
  /** Statistics come in many packets, of which the last is empty. */
  #stat: BinaryResponse | undefined;
  #damages = 0;
  #hasHole = false;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#readers = [this.#readerOf(Direction.toServer), this.#readerOf(Direction.toClient)];
  }

  get isIdle(): boolean {
    return this.#pending.length === 0;
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
    // What is cut off says nothing; waiting requests are settled by `close`.
  }

  close(reason: EndReason): void {
    const { status, gradeReasons } = unanswered(reason);
    for (const request of this.#pending) {
      const isOk = request.packet.operation?.isQuiet === true && status !== "unknown";
      this.#context.emit(binaryCall(request, undefined, isOk ? "ok" : status, isOk ? [] : gradeReasons));
    }
    this.#pending = [];
  }

  #readerOf(direction: Direction): FrameReader {
    const handler = {
      frame: (frame: Frame) => this.#packet(frame),
      damaged: (mark: Mark) => {
        this.#damages += 1;
        this.#hasHole = true;
        this.#context.violation({ code: "badPacket", direction, mark });
      },
    };
    return new FrameReader(SHAPE, handler, this.#context.midStream);
  }

  #packet({ bytes, length, first, last, hasGap }: Frame): undefined {
    this.#damages = 0;
    const passage = { packet: parsePacket(bytes), first, last, bytes: length, hasGap };
    if (passage.packet.isResponse) this.#response(passage);
    else this.#request(passage);
  }

  #request(request: BinaryRequest): void {
    if (this.#pending.length < MAX_PENDING) this.#pending.push(request);
    else this.#context.emit(binaryCall(request, undefined, "unknown", ["limitReached"]));
  }

  #response(response: BinaryResponse): void {
    const { packet } = response;
    const isPart = packet.operation?.name === "stat" && packet.status === 0;
    const whole = isPart ? this.#withStat(response) : response;
    if (isPart && packet.key !== "") {
      this.#stat = whole;
      return;
    }
    const request = this.#take(packet.opaque, packet.opcode);
    const reasons: GradeReason[] = [];
    if (request === undefined && this.#context.midStream) reasons.push("midStreamStart");
    if (response.hasGap || request?.hasGap === true || (request === undefined && this.#hasHole))
      reasons.push("missingSegments");
    this.#context.emit(binaryCall(request, whole, undefined, reasons));
  }

  #withStat(response: BinaryResponse): BinaryResponse {
    const before = this.#stat;
    this.#stat = undefined;
    if (before === undefined) return response;
    return { ...response, first: before.first, bytes: before.bytes + response.bytes };
  }

  /** The request of a response. Quiet ones before it were not answered, and will not be. */
  #take(opaque: number, opcode: number): BinaryRequest | undefined {
    const at = this.#pending.findIndex(({ packet }) => packet.opaque === opaque && packet.opcode === opcode);
    if (at < 0) return undefined;
    for (const passed of this.#pending.splice(0, at)) {
      const isOk = passed.packet.operation?.isQuiet === true;
      this.#context.emit(binaryCall(passed, undefined, isOk ? "ok" : "unknown", isOk ? [] : ["missingSegments"]));
    }
    return this.#pending.shift();
  }
}
