import type { Mark } from "@weir/base";
import type { CallStatus, Direction, EndReason, GradeReason } from "@weir/model";
import { callOf, type Passage } from "../common/passage.ts";
import { unanswered } from "../common/unanswered.ts";
import type { Session, SessionContext } from "../contract.ts";
import type { DhcpMessage } from "./message.ts";
import { isV4, parseV4 } from "./v4.ts";
import { parseV6 } from "./v6.ts";
import { type Request, type RequestOwner, WaitingRequests } from "./waiting-requests.ts";

/** Clients ask again after four seconds (RFC 2131 §4.1): a request that waited longer is not answered any more. */
const TIMEOUT_NS = 5e9;

/** What two ends, of which one may be everybody, say to each other. Requests are paired with answers on other connections. */
export class DhcpSession implements Session, RequestOwner {
  readonly #context: SessionContext;
  readonly #waiting: WaitingRequests;
  #hasAsked = false;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#waiting = context.common(() => new WaitingRequests());
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    const message = isV4(bytes) ? parseV4(bytes) : parseV6(bytes);
    if (message === undefined) {
      this.#context.violation({ code: "notDhcp", direction, mark });
      return true;
    }
    if (!message.isWhole) this.#context.violation({ code: "badOptions", direction, mark });
    this.#message(message, { first: mark, last: mark, bytes: bytes.length, hasGap: false });
    return true;
  }

  gap(): boolean {
    return true;
  }

  end(): void {
    // Datagrams have no end.
  }

  close(reason: EndReason, mark: Mark): void {
    if (!this.#hasAsked) return;
    const { status, gradeReasons } = unanswered(reason);
    for (const request of this.#waiting.release(this)) {
      const hasTimedOut = mark.atNs - request.passage.last.atNs >= TIMEOUT_NS;
      if (hasTimedOut) this.#unanswered(request, "timeout", []);
      else this.#unanswered(request, status, gradeReasons);
    }
  }

  giveUp(request: Request): void {
    this.#unanswered(request, "unknown", ["limitReached"]);
  }

  #message(message: DhcpMessage, passage: Passage): void {
    if (message.role === "asks") {
      this.#hasAsked = true;
      this.#waiting.ask(message, passage, this);
    } else if (message.role === "answers") this.#answered(this.#waiting.answer(message, this), message, passage);
    else {
      const initiator = message.isFromServer ? { "weir.call.initiator": "server" } : {};
      const attributes = { ...message.attributes, ...initiator };
      const { type, address } = message;
      this.#context.emit(callOf(passage, undefined, { operation: type, target: address, status: "ok", attributes }));
    }
  }

  #answered(request: Request | undefined, message: DhcpMessage, passage: Passage): void {
    const replies = (request?.replies ?? 0) + 1;
    if (request !== undefined) request.replies = replies;
    // The bytes of a request that several servers answer are counted once.
    const asked = request !== undefined && replies > 1 ? { ...request.passage, bytes: 0 } : request?.passage;
    this.#context.emit(
      callOf(asked, passage, {
        operation: request?.message.type ?? "unknown",
        target: message.address === "" ? (request?.message.address ?? "") : message.address,
        status: statusOf(message),
        statusCode: message.refusal?.code ?? message.type,
        attributes: {
          ...request?.message.attributes,
          ...message.attributes,
          ...(request !== undefined && { "weir.dhcp.attempts": String(request.attempts) }),
          ...(replies > 1 && { "weir.dhcp.reply_number": String(replies) }),
        },
      }),
    );
  }

  #unanswered({ message, passage, attempts }: Request, status: CallStatus, gradeReasons: readonly GradeReason[]): void {
    const attributes = { ...message.attributes, "weir.dhcp.attempts": String(attempts) };
    const { type, address } = message;
    this.#context.emit(
      callOf(passage, undefined, { operation: type, target: address, status, gradeReasons, attributes }),
    );
  }
}

function statusOf({ refusal }: DhcpMessage): CallStatus {
  if (refusal === undefined) return "ok";
  return refusal.isClientsFault ? "clientError" : "serverError";
}
