import { ByteQueue, type Mark } from "@weir/base";
import { type CallStatus, Direction, type EndReason, type GradeReason } from "@weir/model";
import { unanswered } from "../common/unanswered.ts";
import type { Session, SessionContext } from "../contract.ts";
import { MAX_HEAD_BYTES, maskedUri, parseCutHead, parseHead, type SipHead, transactionOf } from "./message.ts";

/** Transactions that wait for their final response at most; the oldest is given up beyond it. */
export const MAX_PENDING = 1_000;
/** Longest message over TCP that is held. */
export const MAX_BUFFERED_BYTES = MAX_HEAD_BYTES + (64 << 10);
/** Provisional responses that are listed. */
const MAX_PROVISIONAL = 20;

/** A request that waits for its final response. */
interface Transaction {
  readonly head: SipHead & { readonly kind: "request" };
  readonly first: Mark;
  readonly last: Mark;
  readonly bytes: number;
  readonly direction: Direction;
  attempts: number;
  readonly provisional: number[];
  ringingNs: number | undefined;
}

/** One SIP conversation. Either end may ask: calls come in on the connection over which a phone registered. */
export class SipSession implements Session {
  readonly #context: SessionContext;
  readonly #pending = new Map<string, Transaction>();
  readonly #queues = [new ByteQueue(), new ByteQueue()] as const;
  #hasHole = false;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    if (this.#context.transport === "udp") {
      const head = parseHead(bytes);
      const known = head === "needMore" ? parseCutHead(bytes) : head;
      // Keep-alives between messages are no messages (RFC 5626 §4.4.1).
      if (known !== undefined && known !== "notSip") this.#message(known, direction, bytes.length, mark, mark);
      return true;
    }
    const queue = this.#queues[direction];
    queue.append(bytes, mark);
    return this.#parseQueued(queue, direction, mark);
  }

  gap(direction: Direction, missingBytes: number): boolean {
    this.#hasHole = true;
    this.#queues[direction].reset(missingBytes);
    return this.#context.transport === "udp";
  }

  end(): void {
    // A message that is cut off says nothing; waiting transactions are settled by `close`.
  }

  close(reason: EndReason): void {
    const { status, gradeReasons } = unanswered(reason);
    for (const transaction of this.#pending.values()) this.#emit(transaction, undefined, status, gradeReasons);
    this.#pending.clear();
  }

  #parseQueued(queue: ByteQueue, direction: Direction, mark: Mark): boolean {
    for (;;) {
      skipLineEnds(queue);
      if (queue.length === 0) return true;
      const head = parseHead(queue.peek());
      if (head === "needMore") return true;
      if (head === "notSip") {
        this.#context.violation({ code: "notSip", direction, mark });
        return false;
      }
      const bytes = head.headBytes + (head.bodyBytes ?? 0);
      if (bytes > MAX_BUFFERED_BYTES) {
        this.#context.violation({ code: "hugeMessage", direction, mark });
        return false;
      }
      if (queue.length < bytes) return true;
      this.#message(head, direction, bytes, queue.markAt(0) ?? mark, queue.markAt(bytes - 1) ?? mark);
      queue.consume(bytes);
    }
  }

  #message(head: SipHead, direction: Direction, bytes: number, first: Mark, last: Mark): void {
    if (head.kind === "request") this.#request(head, direction, bytes, first, last);
    else this.#response(head, bytes, first, last);
  }

  #request(
    head: SipHead & { readonly kind: "request" },
    direction: Direction,
    bytes: number,
    first: Mark,
    last: Mark,
  ): void {
    const key = transactionOf(head);
    const known = this.#pending.get(key);
    if (known !== undefined) {
      known.attempts += 1;
      return;
    }
    const transaction = { head, first, last, bytes, direction, attempts: 1, provisional: [], ringingNs: undefined };
    // Nobody answers an ACK (RFC 3261 §17.1.1.3).
    if (head.method.toUpperCase() === "ACK") {
      this.#emit(transaction, undefined, "ok", []);
      return;
    }
    const [oldest] = this.#pending;
    if (this.#pending.size >= MAX_PENDING && oldest !== undefined) {
      this.#pending.delete(oldest[0]);
      this.#emit(oldest[1], undefined, "unknown", ["limitReached"]);
    }
    this.#pending.set(key, transaction);
  }

  #response(head: SipHead & { readonly kind: "response" }, bytes: number, first: Mark, last: Mark): void {
    const key = transactionOf(head);
    const transaction = this.#pending.get(key);
    if (transaction !== undefined && head.code < 200) {
      if (transaction.provisional.length < MAX_PROVISIONAL) transaction.provisional.push(head.code);
      if (head.code === 180 || head.code === 183) transaction.ringingNs ??= last.atNs - transaction.last.atNs;
      return;
    }
    this.#pending.delete(key);
    this.#emit(transaction, { head, bytes, first, last }, statusOf(head.code), []);
  }

  #emit(
    asked: Transaction | undefined,
    answer:
      | {
          readonly head: SipHead & { readonly kind: "response" };
          readonly bytes: number;
          readonly first: Mark;
          readonly last: Mark;
        }
      | undefined,
    status: CallStatus,
    reasons: readonly GradeReason[],
  ): void {
    const known = asked ?? answer;
    if (known === undefined) return;
    const holes: readonly GradeReason[] = this.#hasHole ? ["missingSegments"] : [];
    const noRequest: readonly GradeReason[] = asked === undefined ? ["midStreamStart"] : [];
    const method = (known.head.headers.get("cseq") ?? "").split(/\s+/)[1]?.toUpperCase();
    this.#context.emit({
      operation: asked?.head.method.toUpperCase() ?? method ?? "unknown",
      target: asked === undefined ? "" : maskedUri(asked.head.uri),
      status,
      statusCode: answer === undefined ? "" : String(answer.head.code),
      requestFirst: known.first,
      requestLast: known.last,
      responseFirst: answer?.first,
      responseLast: answer?.last,
      requestBytes: asked?.bytes ?? 0,
      responseBytes: answer?.bytes ?? 0,
      attributes: attributesOf(known.head.headers, asked, answer?.head),
      gradeReasons: [...holes, ...noRequest, ...reasons],
    });
  }
}

/** RFC 3261 §21: 1xx to 3xx are fine, 408 a time-out, 487 the caller's own cancel; the rest of 4xx the caller's, 5xx and 6xx the called one's. */
function statusOf(code: number): CallStatus {
  if (code < 400) return "ok";
  if (code === 408 || code === 504) return "timeout";
  if (code === 487) return "aborted";
  return code < 500 ? "clientError" : "serverError";
}

function attributesOf(
  headers: ReadonlyMap<string, string>,
  asked: Transaction | undefined,
  answer: (SipHead & { readonly kind: "response" }) | undefined,
): Record<string, string> {
  const address = (name: string) => {
    const value = headers.get(name);
    return value === undefined ? undefined : maskedUri(value);
  };
  const all: Record<string, string | undefined> = {
    "weir.sip.call_id": headers.get("call-id")?.slice(0, 256),
    "weir.sip.cseq": /^\d{1,10}/.exec(headers.get("cseq") ?? "")?.[0],
    "weir.sip.from": address("from"),
    "weir.sip.to": address("to"),
    "user_agent.original": (headers.get("user-agent") ?? headers.get("server"))?.slice(0, 256),
    "weir.sip.provisional_codes":
      asked === undefined || asked.provisional.length === 0 ? undefined : asked.provisional.join(","),
    "weir.sip.ringing_ns": asked?.ringingNs === undefined ? undefined : String(asked.ringingNs),
    "weir.sip.attempts": asked === undefined ? undefined : String(asked.attempts),
    "weir.sip.reason": answer?.reason.slice(0, 128),
    "weir.sip.retry_after": /^\d{1,9}/.exec(answer?.headers.get("retry-after") ?? "")?.[0],
    "weir.call.initiator": asked?.direction === Direction.toClient ? "server" : undefined,
  };
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined && value !== "") present[name] = value;
  return present;
}

/** Empty lines between messages keep a connection alive (RFC 5626 §3.5.1). */
function skipLineEnds(queue: ByteQueue): void {
  const bytes = queue.peek();
  let count = 0;
  while (bytes[count] === 13 || bytes[count] === 10) count += 1;
  if (count > 0) queue.consume(count);
}
