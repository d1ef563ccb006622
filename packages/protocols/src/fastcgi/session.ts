import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import { PendingTable } from "../common/pending-table.ts";
import type { Session, SessionContext } from "../contract.ts";
import { callOf, type RequestEnd } from "./call.ts";
import { Management } from "./management.ts";
import { FastcgiRequest } from "./request.ts";
import { FASTCGI_FRAMES, type FastcgiRecord, RecordType, recordOf } from "./wire.ts";

/** Requests that are under way on one connection at most; most applications take one at a time. */
export const MAX_REQUESTS = 128;
/** Records that make no sense, after which the rest is not read. */
const MAX_MALFORMED = 16;

/** Records that the application sends; all others are the web server's. */
const ANSWERS: ReadonlySet<number> = new Set([
  RecordType.endRequest,
  RecordType.stdout,
  RecordType.stderr,
  RecordType.getValuesResult,
  RecordType.unknownType,
]);

/** One connection of a web server to an application: records of several requests may stand in between each other. */
export class FastcgiSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #management: Management;
  readonly #requests = new PendingTable<number, FastcgiRequest>(MAX_REQUESTS, (request) =>
    this.#emit(request, { kind: "limit" }),
  );
  /** True where records may have passed unseen. */
  #isInterrupted: boolean;
  #malformed = 0;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#isInterrupted = context.midStream;
    this.#management = new Management((call) => context.emit(call));
    this.#readers = [this.#readerOf(Direction.toServer), this.#readerOf(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#readers[direction].data(bytes, mark);
    return this.#malformed < MAX_MALFORMED;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    const reader = this.#readers[direction];
    reader.gap(missingBytes);
    if (reader.isInFrames) return true;
    this.#isInterrupted = true;
    for (const id of this.#requests.keys()) {
      const request = this.#requests.find(id);
      const side = direction === Direction.toServer ? request?.asked : request?.answered;
      if (side !== undefined) side.hasGap = true;
    }
    return true;
  }

  end(): void {
    // A record that is cut off says nothing; requests under way are settled by `close`.
  }

  close(reason: EndReason): void {
    for (const request of this.#requests.drain()) this.#emit(request, { kind: "closed", reason });
    this.#management.close(reason);
  }

  #readerOf(direction: Direction): FrameReader {
    const handler = {
      frame: (frame: Frame) => {
        this.#record(direction, recordOf(frame));
        return this.#malformed < MAX_MALFORMED;
      },
      damaged: (mark: Mark) => {
        this.#isInterrupted = true;
        this.#complain("badRecord", direction, mark);
      },
    };
    return new FrameReader(FASTCGI_FRAMES, handler, this.#context.midStream);
  }

  #record(direction: Direction, record: FastcgiRecord): void {
    const isAnswer = ANSWERS.has(record.type);
    if (isAnswer !== (direction === Direction.toClient)) this.#complain("wrongDirection", direction, record.frame.last);
    else if (record.requestId === 0) this.#manage(direction, record);
    else if (isAnswer) this.#answer(record);
    else this.#ask(record);
  }

  #manage(direction: Direction, record: FastcgiRecord): void {
    const { type, frame } = record;
    if (type === RecordType.getValues) this.#management.ask(record);
    else if (type === RecordType.getValuesResult || type === RecordType.unknownType) this.#management.answer(record);
    else this.#complain("requestWithoutId", direction, frame.last);
  }

  #ask(record: FastcgiRecord): void {
    const { type, requestId } = record;
    if (type === RecordType.beginRequest) this.#requests.put(requestId, this.#newRequest(requestId, true));
    const request = this.#requests.find(requestId) ?? this.#joinAsking(type, requestId);
    // An application may answer before it has heard everything: what still comes then is nobody's.
    request?.ask(record);
  }

  /** A request whose beginning was not seen begins with its parameters, at the latest. */
  #joinAsking(type: number, requestId: number): FastcgiRequest | undefined {
    if (type !== RecordType.params || !this.#isInterrupted) return undefined;
    const request = this.#newRequest(requestId, false);
    this.#requests.put(requestId, request);
    return request;
  }

  #answer(record: FastcgiRecord): void {
    const { type, requestId, frame } = record;
    let request = this.#requests.find(requestId);
    if (request === undefined) {
      if (!this.#isInterrupted) {
        this.#complain("unknownRequest", Direction.toClient, frame.last);
        return;
      }
      request = this.#newRequest(requestId, false);
      this.#requests.put(requestId, request);
    }
    request.answer(record);
    if (type !== RecordType.endRequest) return;
    this.#requests.take(requestId);
    this.#emit(request, { kind: "answered" });
  }

  #newRequest(requestId: number, isWhole: boolean): FastcgiRequest {
    return new FastcgiRequest(requestId, isWhole, this.#context.httpApplications);
  }

  #emit(request: FastcgiRequest, end: RequestEnd): void {
    request.finish();
    if (request.hasBrokenParams && request.asked !== undefined)
      this.#complain("badParams", Direction.toServer, request.asked.passage.last);
    const at = request.givenUpAt;
    const call = callOf(request, at === undefined ? end : { kind: "aborted", at }, this.#context.httpApplications);
    if (call !== undefined) this.#context.emit(call);
  }

  #complain(code: string, direction: Direction, mark: Mark): void {
    this.#malformed += 1;
    this.#context.violation({ code, direction, mark });
  }
}
