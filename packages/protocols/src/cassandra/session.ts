import type { Mark } from "@weir/base";
import { Direction, type EndReason, type GradeReason } from "@weir/model";
import { type Frame, FrameReader, type FrameShape } from "../common/frame-reader.ts";
import { BoundedMemory } from "../common/sql/memory.ts";
import { unanswered } from "../common/unanswered.ts";
import type { Session, SessionContext } from "../contract.ts";
import { BodyReader } from "./body-reader.ts";
import { callOf, eventOf, type Request } from "./call.ts";
import { bodyOf } from "./envelope.ts";
import { beginsFrame } from "./probe.ts";
import { readRequest, type Statement } from "./request.ts";
import { readEvent, readResponse } from "./response.ts";
import { payloadOf, segmentShape } from "./segment.ts";
import {
  frameBytes,
  HEADER_BYTES,
  KEPT_BYTES,
  MAX_FRAME_BYTES,
  Opcode,
  parseHeader,
  SEGMENTED_VERSION,
} from "./wire.ts";

/** Requests that wait at most: streams have 15 bits, drivers use some thousand. The oldest is given up beyond it. */
export const MAX_PENDING = 4096;
const MAX_PREPARED = 1024;
/** Damage in a row before the session says that this is not Cassandra. */
const MAX_DAMAGE = 4;
const SHAPE: FrameShape = {
  headerBytes: HEADER_BYTES,
  lengthOf: frameBytes,
  maxBytes: MAX_FRAME_BYTES,
  keptBytes: KEPT_BYTES,
  resumes: beginsFrame,
};
const EMPTY = new Uint8Array(0);

/** One direction: frames, and the segments in which version 5 puts them. */
interface Side {
  frames: FrameReader;
  segments: FrameReader | undefined;
}

/** One connection: responses name the stream of the request that they answer. */
export class CassandraSession implements Session {
  readonly #context: SessionContext;
  readonly #sides: readonly [Side, Side];
  readonly #pending = new Map<number, Request>();
  readonly #prepared = new BoundedMemory<string, Statement>(MAX_PREPARED);
  #compression: string | undefined;
  #keyspace: string | undefined;
  #damages = 0;
  #hasHole = false;

  constructor(context: SessionContext) {
    this.#context = context;
    const { midStream } = context;
    this.#sides = [
      { frames: this.#framesOf(Direction.toServer, midStream), segments: undefined },
      { frames: this.#framesOf(Direction.toClient, midStream), segments: undefined },
    ];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    const side = this.#sides[direction];
    if (side.segments === undefined) {
      side.frames.data(bytes, mark);
      const { rest } = side.frames;
      if (this.#isSegmented[direction]) this.#startSegments(direction, side, rest.slice(), mark);
    } else side.segments.data(bytes, mark);
    return this.#damages < MAX_DAMAGE;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    const { frames, segments } = this.#sides[direction];
    this.#hasHole = true;
    segments?.gap(missingBytes);
    frames.gap(segments === undefined ? missingBytes : Number.MAX_SAFE_INTEGER);
    return true;
  }

  end(): void {
    // A frame that is cut off says nothing; waiting requests are settled by `close`.
  }

  close(reason: EndReason): void {
    const { status, gradeReasons } = unanswered(reason);
    for (const request of this.#pending.values())
      this.#context.emit(callOf(request, undefined, { keyspace: this.#keyspace, status, gradeReasons }));
    this.#pending.clear();
  }

  /** Directions in which what follows stands in segments. */
  readonly #isSegmented: [boolean, boolean] = [false, false];

  #framesOf(direction: Direction, midStream: boolean): FrameReader {
    return new FrameReader(
      SHAPE,
      {
        frame: (frame) => this.#frame(direction, frame),
        damaged: (mark) => this.#damaged("badFrame", direction, mark),
      },
      midStream,
    );
  }

  #startSegments(direction: Direction, side: Side, rest: Uint8Array, mark: Mark): void {
    const isCompressed = this.#compression === "lz4";
    side.frames = this.#framesOf(direction, false);
    side.segments = new FrameReader(segmentShape(isCompressed), {
      frame: ({ bytes, first, last, hasGap }: Frame): undefined => {
        const payload = hasGap ? undefined : payloadOf(bytes, isCompressed);
        if (payload === undefined || payload.length === 0) return;
        // A frame begins with the segment's first packet and ends with its last.
        side.frames.data(payload.subarray(0, -1), first);
        side.frames.data(payload.subarray(-1), last);
      },
      damaged: (at) => this.#damaged("badSegment", direction, at),
    });
    side.segments.data(rest, mark);
  }

  #damaged(code: string, direction: Direction, mark: Mark): void {
    this.#damages += 1;
    this.#hasHole = true;
    this.#context.violation({ code, direction, mark });
  }

  #frame(direction: Direction, frame: Frame): boolean | undefined {
    const header = parseHeader(frame.bytes);
    if (header.isResponse !== (direction === Direction.toClient)) {
      this.#damaged("wrongDirection", direction, frame.first);
      return true;
    }
    this.#damages = 0;
    const body = bodyOf(header, frame.bytes, this.#compression);
    if (header.isResponse) this.#response(header.stream, header.opcode, body ?? EMPTY, frame);
    else this.#request(header, body, frame);
    return !this.#endsSetUp(direction, header);
  }

  /** Version 5: behind STARTUP, and what answers it, everything stands in segments. */
  #endsSetUp(
    direction: Direction,
    { version, opcode }: { readonly version: number; readonly opcode: number },
  ): boolean {
    const isLast = opcode === Opcode.startup || opcode === Opcode.ready || opcode === Opcode.authenticate;
    if (version < SEGMENTED_VERSION || !isLast || this.#sides[direction].segments !== undefined) return false;
    this.#isSegmented[direction] = true;
    return true;
  }

  #request(header: ReturnType<typeof parseHeader>, body: Uint8Array | undefined, frame: Frame): void {
    const { stream, opcode, version } = header;
    const { first, last, length, hasGap } = frame;
    if (opcode === Opcode.startup && body !== undefined) this.#compression = compressionIn(body);
    const isCut = length > frame.bytes.length;
    const asked = readRequest(opcode, body ?? EMPTY, version, isCut, (id) => this.#prepared.get(id));
    const isUnresolved = asked.isUnresolved || body === undefined;
    const request = { stream, opcode, version, asked: { ...asked, isUnresolved }, first, last, bytes: length, hasGap };
    if (this.#pending.size >= MAX_PENDING) this.#giveUpOldest();
    this.#pending.set(stream, request);
  }

  #giveUpOldest(): void {
    const [oldest] = this.#pending;
    if (oldest === undefined) return;
    this.#pending.delete(oldest[0]);
    const end = { keyspace: this.#keyspace, status: "unknown", gradeReasons: ["limitReached"] } as const;
    this.#context.emit(callOf(oldest[1], undefined, end));
  }

  #response(stream: number, opcode: number, body: Uint8Array, frame: Frame): void {
    if (opcode === Opcode.event) {
      this.#context.emit(eventOf(readEvent(body), frame));
      return;
    }
    const request = this.#pending.get(stream);
    this.#pending.delete(stream);
    const answered = readResponse(opcode, body);
    if (answered.preparedId !== undefined && request?.asked.statement !== undefined)
      this.#prepared.set(answered.preparedId, request.asked.statement);
    const gradeReasons: GradeReason[] = [];
    if ((request === undefined && this.#context.midStream) || request?.asked.isUnresolved === true)
      gradeReasons.push("midStreamStart");
    if (frame.hasGap || request?.hasGap === true || (request === undefined && this.#hasHole))
      gradeReasons.push("missingSegments");
    const { first, last, length } = frame;
    const response = { stream, opcode, answered, first, last, bytes: length };
    this.#context.emit(callOf(request, response, { keyspace: this.#keyspace, status: undefined, gradeReasons }));
    this.#keyspace = answered.keyspace ?? this.#keyspace;
  }
}

/** Compression that STARTUP chooses. */
function compressionIn(startup: Uint8Array): string | undefined {
  const reader = new BodyReader(startup);
  for (let options = reader.short(); options > 0 && !reader.isOver; options -= 1) {
    const name = reader.string();
    const value = reader.string();
    if (name === "COMPRESSION") return value.toLowerCase();
  }
  return undefined;
}
