import type { Mark } from "@weir/base";
import { Direction, type EndReason, type GradeReason } from "@weir/model";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import { callOf, passageOf, present } from "../common/passage.ts";
import { PendingTable } from "../common/pending-table.ts";
import { unanswered } from "../common/unanswered.ts";
import type { Session, SessionContext } from "../contract.ts";
import { outcomeOf, Xid } from "./codes.ts";
import { Command, isCommandByte } from "./command.ts";
import { readConnectRequest, readConnectResponse } from "./connect.ts";
import { isConnectRequest, isConnectResponse } from "./probe.ts";
import { type Reply, readAnswer, readEvent, readReply } from "./reply.ts";
import { type Request, readRequest } from "./request.ts";
import { REPLY_FRAMES, REQUEST_FRAMES } from "./wire.ts";

/** Requests that wait for their reply at most. */
export const MAX_PENDING = 2048;
/** Messages that make no sense, after which the rest is not read. */
const MAX_MALFORMED = 16;
const SESSION_ID = "weir.zookeeper.session_id";

/** One connection of a client: a session, requests that are answered in order, notifications in between. */
export class ZookeeperSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  /** By number: transaction ids of pings and the like repeat. */
  readonly #pending = new PendingTable<number, Request>(MAX_PENDING, (request) =>
    this.#emitUnanswered(request, "unknown", ["limitReached"]),
  );
  #count = 0;
  #command: Command | undefined;
  #hasData = false;
  #sessionId: string | undefined;
  /** True where messages may have passed unseen. */
  #isInterrupted: boolean;
  #malformed = 0;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#isInterrupted = context.midStream;
    this.#readers = [this.#readerOf(Direction.toServer), this.#readerOf(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    if (!this.#hasData && bytes.length > 0) {
      this.#hasData = true;
      if (isCommandByte(bytes[0] ?? 0)) this.#command = new Command(this.#context);
    }
    if (this.#command === undefined) this.#readers[direction].data(bytes, mark);
    else this.#command.data(direction, bytes, mark);
    return this.#malformed < MAX_MALFORMED;
  }

  gap(direction: Direction, missingBytes: number, mark: Mark): boolean {
    this.#isInterrupted = true;
    if (this.#command === undefined) this.#readers[direction].gap(missingBytes);
    else this.#command.gap(direction, missingBytes, mark);
    return true;
  }

  end(): void {
    // A message that is cut off says nothing; requests that wait are settled by `close`.
  }

  close(reason: EndReason): void {
    this.#command?.close(reason);
    const { status, gradeReasons } = unanswered(reason);
    for (const request of this.#pending.drain()) this.#emitUnanswered(request, status, gradeReasons);
  }

  #readerOf(direction: Direction): FrameReader {
    const isRequest = direction === Direction.toServer;
    const handler = {
      frame: (frame: Frame) => {
        if (isRequest) this.#request(frame);
        else this.#reply(frame);
        return this.#malformed < MAX_MALFORMED;
      },
      damaged: (mark: Mark) => this.#complain("badLength", direction, mark),
    };
    return new FrameReader(isRequest ? REQUEST_FRAMES : REPLY_FRAMES, handler, this.#context.midStream);
  }

  #request(frame: Frame): void {
    const { bytes } = frame;
    const passage = passageOf(frame);
    const request = isConnectRequest(bytes) ? readConnectRequest(bytes, passage) : readRequest(bytes, passage);
    if (request === undefined) this.#complain("unknownOperation", Direction.toServer, frame.last);
    else {
      this.#count += 1;
      this.#pending.put(this.#count, request);
    }
  }

  #reply(frame: Frame): void {
    if (isConnectResponse(frame.bytes)) {
      this.#connected(frame);
      return;
    }
    const reply = readReply(frame.bytes);
    if (reply === undefined) this.#complain("badReply", Direction.toClient, frame.last);
    else if (reply.xid === Xid.notification) this.#notification(reply, frame);
    else this.#answer(reply, frame);
  }

  /** A session without an id is refused: the one that was asked for is over. */
  #connected(frame: Frame): void {
    const request = this.#pending.takeFirst(({ opcode }) => opcode === 0);
    const { sessionId, attributes } = readConnectResponse(frame.bytes);
    this.#sessionId = sessionId;
    this.#context.emit(
      callOf(request?.passage, passageOf(frame), {
        operation: "connect",
        target: "",
        status: sessionId === undefined ? "clientError" : "ok",
        statusCode: sessionId === undefined ? "SESSIONEXPIRED" : "OK",
        attributes: { ...request?.attributes, ...attributes },
      }),
    );
  }

  #notification({ body }: Reply, frame: Frame): void {
    const { path, facts } = readEvent(body);
    const attributes = { "weir.call.initiator": "server", "weir.zookeeper.xid": Xid.notification, ...facts };
    this.#context.emit(
      callOf(passageOf(frame), undefined, {
        operation: "notification",
        target: path,
        status: "ok",
        attributes: present({ ...attributes, [SESSION_ID]: this.#sessionId }),
      }),
    );
  }

  #answer(reply: Reply, frame: Frame): void {
    const request = this.#pending.takeFirst(({ xid, opcode }) => xid === reply.xid && opcode !== 0);
    if (request === undefined && !this.#isInterrupted) {
      this.#complain("unknownXid", Direction.toClient, frame.last);
      return;
    }
    const { error, facts } = readAnswer(reply, request);
    this.#context.emit(
      callOf(request?.passage, passageOf(frame), {
        operation: request?.operation ?? "unknown",
        target: request?.target ?? "",
        ...outcomeOf(error, request?.opcode),
        attributes: {
          ...request?.attributes,
          ...present({ "weir.zookeeper.xid": reply.xid, [SESSION_ID]: this.#sessionId, ...facts }),
        },
      }),
    );
  }

  #emitUnanswered(
    { passage, operation, target, attributes }: Request,
    status: ReturnType<typeof unanswered>["status"],
    gradeReasons: readonly GradeReason[],
  ): void {
    const known = { ...present({ [SESSION_ID]: this.#sessionId }), ...attributes };
    this.#context.emit(callOf(passage, undefined, { operation, target, status, attributes: known, gradeReasons }));
  }

  #complain(code: string, direction: Direction, mark: Mark): void {
    this.#malformed += 1;
    this.#isInterrupted = true;
    this.#context.violation({ code, direction, mark });
  }
}
