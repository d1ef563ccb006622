import type { Mark } from "@weir/base";
import { type CallStatus, Direction, type EndReason, type GradeReason } from "@weir/model";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import { callOf, type Passage, passageOf, present } from "../common/passage.ts";
import { PendingTable } from "../common/pending-table.ts";
import { unanswered } from "../common/unanswered.ts";
import type { Session, SessionContext } from "../contract.ts";
import { type Invocation, parseErrorMessage, parseInvocation, parseResult } from "./body.ts";
import { type DubboHeader, HEADER_BYTES, MAX_BODY_BYTES, messageLength, parseHeader, probeHeader } from "./header.ts";
import { outcomeOf } from "./statuses.ts";

/** Requests that wait for their response at most: one connection carries all calls of a client. */
export const MAX_PENDING = 2048;
/** Beginning of a message that is kept. */
export const KEPT_BYTES = 1 << 16;
const OK = 20;

interface Asked {
  readonly header: DubboHeader;
  readonly passage: Passage;
  readonly direction: Direction;
  readonly invocation: Invocation;
}

/** What a response says, or what became of a request without one. */
interface Outcome {
  readonly status: CallStatus;
  readonly statusCode?: string;
  readonly exception?: string | undefined;
  readonly message?: string | undefined;
  readonly gradeReasons?: readonly GradeReason[];
}

/** One connection between a consumer and a provider. Request ids pair; both sides may ask. */
export class DubboSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #pending = new PendingTable<string, Asked>(MAX_PENDING, (asked) =>
    this.#emit(asked, undefined, { status: "unknown", gradeReasons: ["limitReached"] }),
  );
  #isInterrupted: boolean;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#isInterrupted = context.midStream;
    this.#readers = [this.#reader(Direction.toServer), this.#reader(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#readers[direction].data(bytes, mark);
    return true;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    this.#isInterrupted = true;
    this.#readers[direction].gap(missingBytes);
    return true;
  }

  end(): void {
    // A message that is cut off says nothing; requests that wait are settled by `close`.
  }

  close(reason: EndReason): void {
    for (const asked of this.#pending.drain()) this.#emit(asked, undefined, unanswered(reason));
  }

  #reader(direction: Direction): FrameReader {
    const shape = {
      headerBytes: HEADER_BYTES,
      lengthOf: messageLength,
      maxBytes: HEADER_BYTES + MAX_BODY_BYTES,
      keptBytes: KEPT_BYTES,
      resumes: probeHeader,
    };
    const handler = {
      frame: (frame: Frame) => {
        this.#frame(direction, frame);
        return true;
      },
      damaged: (mark: Mark) => {
        this.#isInterrupted = true;
        this.#context.violation({ code: "badHeader", direction, mark });
      },
    };
    return new FrameReader(shape, handler, this.#context.midStream);
  }

  #frame(direction: Direction, frame: Frame): void {
    const header = parseHeader(frame.bytes);
    if (header === undefined) return;
    const body = frame.bytes.subarray(HEADER_BYTES);
    if (header.isRequest) this.#request(direction, header, body, frame);
    else this.#response(direction, header, body, frame);
  }

  #request(direction: Direction, header: DubboHeader, body: Uint8Array, frame: Frame): void {
    const invocation = header.isEvent ? NO_INVOCATION : parseInvocation(header.serialization, body);
    const asked: Asked = { header, passage: passageOf(frame), direction, invocation };
    if (header.isTwoWay) this.#pending.put(`${direction} ${header.requestId}`, asked);
    else this.#emit(asked, undefined, { status: "ok" });
  }

  #response(direction: Direction, header: DubboHeader, body: Uint8Array, frame: Frame): void {
    const askedBy = direction === Direction.toClient ? Direction.toServer : Direction.toClient;
    const asked = this.#pending.take(`${askedBy} ${header.requestId}`);
    if (asked !== undefined || this.#isInterrupted) this.#emit(asked, passageOf(frame), outcome(header, body), header);
    else this.#context.violation({ code: "unknownRequestId", direction, mark: frame.last });
  }

  #emit(asked: Asked | undefined, response: Passage | undefined, outcome: Outcome, answer?: DubboHeader): void {
    const { service, method, traceparent, dubboVersion, serviceVersion } = asked?.invocation ?? NO_INVOCATION;
    const { status, statusCode = "", exception, message, gradeReasons = [] } = outcome;
    const header = asked?.header ?? answer;
    const content = {
      operation: operationOf(asked),
      target: service ?? "",
      status,
      statusCode,
      traceparent,
      gradeReasons,
      attributes: present({
        "rpc.system": "apache_dubbo",
        "rpc.service": service,
        "rpc.method": method,
        "error.type": exception ?? (statusCode === "" || statusCode === "OK" ? undefined : statusCode),
        "weir.call.initiator": asked?.direction === Direction.toClient ? "server" : undefined,
        "weir.dubbo.request_id": header?.requestId,
        "weir.dubbo.serialization": header?.serialization,
        "weir.dubbo.version": dubboVersion,
        "weir.dubbo.service_version": serviceVersion,
        "weir.dubbo.error_message": message,
      }),
    };
    this.#context.emit(callOf(asked?.passage, response, content));
  }
}

const NO_INVOCATION: Invocation = {
  dubboVersion: undefined,
  service: undefined,
  serviceVersion: undefined,
  method: undefined,
  traceparent: undefined,
};

/** The method; of events, what they are for; `unknown` where the request was not captured or does not tell. */
function operationOf(asked: Asked | undefined): string {
  if (asked === undefined) return "unknown";
  if (asked.header.isEvent) return asked.header.isTwoWay ? "Heartbeat" : "Event";
  return asked.invocation.method ?? "unknown";
}

/** A call that went well by its header may still have ended with an exception of the service's. */
function outcome({ statusCode, serialization, isEvent }: DubboHeader, body: Uint8Array): Outcome {
  const { name, status } = outcomeOf(statusCode);
  if (statusCode !== OK) return { status, statusCode: name, message: parseErrorMessage(serialization, body) };
  const { hasException, exception } = isEvent ? NO_RESULT : parseResult(serialization, body);
  return hasException ? { status: "serverError", statusCode: "EXCEPTION", exception } : { status, statusCode: name };
}

const NO_RESULT = { hasException: false, exception: undefined };
