import type { Mark } from "@weir/base";
import { type CallStatus, Direction, type EndReason, type GradeReason } from "@weir/model";
import { FrameReader } from "../common/frame-reader.ts";
import { callOf, type Passage, passageOf, present } from "../common/passage.ts";
import { unanswered } from "../common/unanswered.ts";
import type { Session, SessionContext } from "../contract.ts";
import { MAX_FRAME_BYTES, type MessageHead, MessageType, probeMessage, readHead } from "./message-head.ts";
import { KEPT_BYTES, MessageLengths, type Outcome, readOutcome } from "./message-reader.ts";

/** Calls that wait for their reply at most; the oldest is given up beyond it. */
export const MAX_PENDING = 1024;
/** `TApplicationException`s by their numbers. */
const APPLICATION_ERRORS = `UNKNOWN UNKNOWN_METHOD INVALID_MESSAGE_TYPE WRONG_METHOD_NAME BAD_SEQUENCE_ID MISSING_RESULT
INTERNAL_ERROR PROTOCOL_ERROR INVALID_TRANSFORM INVALID_PROTOCOL UNSUPPORTED_CLIENT_TYPE`.split(/\s+/);
const SERVER_ERRORS = new Set(["UNKNOWN", "MISSING_RESULT", "INTERNAL_ERROR"]);

interface Asked {
  readonly head: MessageHead;
  readonly passage: Passage;
}

/** What became of a call. */
interface Ended {
  readonly status: CallStatus;
  readonly statusCode?: string;
  readonly message?: string | undefined;
  readonly gradeReasons?: readonly GradeReason[];
}

/** One connection, or the datagrams between two ends. Sequence ids and names pair; many clients leave the id zero, and are answered in order. */
export class ThriftSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #lengths = [new MessageLengths(), new MessageLengths()] as const;
  readonly #pending: Asked[] = [];
  #isInterrupted: boolean;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#isInterrupted = context.midStream;
    this.#readers = [this.#reader(Direction.toServer), this.#reader(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    if (this.#context.transport === "tcp") {
      this.#readers[direction].data(bytes, mark);
      return true;
    }
    this.#message(direction, bytes, { first: mark, last: mark, bytes: bytes.length, hasGap: false });
    return true;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    this.#isInterrupted = true;
    this.#lengths[direction].reset();
    this.#readers[direction].gap(missingBytes);
    return true;
  }

  end(): void {
    // A message that is cut off says nothing; calls that wait are settled by `close`.
  }

  close(reason: EndReason): void {
    for (const asked of this.#pending.splice(0)) this.#emit(asked, undefined, unanswered(reason));
  }

  #reader(direction: Direction): FrameReader {
    const lengths = this.#lengths[direction];
    const shape = {
      headerBytes: 1,
      lengthOf: (bytes: Uint8Array) => lengths.lengthOf(bytes),
      maxBytes: MAX_FRAME_BYTES,
      keptBytes: KEPT_BYTES,
      resumes: probeMessage,
    };
    return new FrameReader(
      shape,
      {
        frame: (frame) => {
          this.#message(direction, frame.bytes, passageOf(frame));
          return true;
        },
        damaged: (mark) => {
          this.#isInterrupted = true;
          lengths.reset();
          this.#context.violation({ code: "badMessage", direction, mark });
        },
      },
      this.#context.midStream,
    );
  }

  #message(direction: Direction, bytes: Uint8Array, passage: Passage): void {
    const head = readHead(bytes);
    if (head === undefined || head === "needMore") {
      this.#context.violation({ code: "badMessage", direction, mark: passage.last });
      return;
    }
    if (head.type === MessageType.call) this.#call({ head, passage });
    else if (head.type === MessageType.oneWay) this.#emit({ head, passage }, undefined, { status: "ok" });
    else this.#reply(direction, head, bytes, passage);
  }

  #call(asked: Asked): void {
    if (this.#pending.length >= MAX_PENDING) {
      const oldest = this.#pending.shift();
      if (oldest !== undefined) this.#emit(oldest, undefined, { status: "unknown", gradeReasons: ["limitReached"] });
    }
    this.#pending.push(asked);
  }

  #reply(direction: Direction, head: MessageHead, bytes: Uint8Array, passage: Passage): void {
    const index = this.#pending.findIndex(({ head: { name, sequenceId } }) => {
      return sequenceId === head.sequenceId && (name === head.name || head.type === MessageType.exception);
    });
    const [asked] = index < 0 ? [] : this.#pending.splice(index, 1);
    if (asked !== undefined || this.#isInterrupted)
      this.#emit(asked, { head, passage }, endedOf(readOutcome(head, bytes)));
    else this.#context.violation({ code: "unaskedReply", direction, mark: passage.last });
  }

  #emit(asked: Asked | undefined, reply: Asked | undefined, ended: Ended): void {
    const { head } = asked ?? reply ?? {};
    if (head === undefined) return;
    // TMultiplexedProtocol writes the service in front of the method.
    const separator = head.name.lastIndexOf(":");
    const service = separator < 0 ? undefined : head.name.slice(0, separator);
    const method = head.name.slice(separator + 1);
    const { status, statusCode = "", message, gradeReasons = [] } = ended;
    const attributes = present({
      "rpc.system": "apache_thrift",
      "rpc.service": service,
      "rpc.method": method,
      "error.type": statusCode === "" ? undefined : statusCode,
      "weir.thrift.protocol": head.protocol,
      "weir.thrift.transport": head.frameBytes === undefined ? "unframed" : "framed",
      "weir.thrift.sequence_id": head.sequenceId,
      "weir.thrift.message_type": reply?.head.type ?? head.type,
      "weir.thrift.error_message": message,
    });
    const content = { operation: method, target: service ?? "", status, statusCode, attributes, gradeReasons };
    this.#context.emit(callOf(asked?.passage, reply?.passage, content));
  }
}

/** What a method throws is its service's business; of what the server says itself, most is that the client asked wrongly. */
function endedOf({ declaredException, applicationError, message }: Outcome): Ended {
  if (applicationError !== undefined) {
    const name = APPLICATION_ERRORS[applicationError] ?? String(applicationError);
    return { status: SERVER_ERRORS.has(name) ? "serverError" : "clientError", statusCode: name, message };
  }
  if (declaredException === undefined) return { status: "ok" };
  return { status: "serverError", statusCode: `exception ${declaredException}` };
}
