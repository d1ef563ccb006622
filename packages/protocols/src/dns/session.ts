import { ByteQueue, type Mark } from "@weir/base";
import type { CallStatus, Direction, EndReason, GradeReason } from "@weir/model";
import { isWholeDns } from "../common/dns/likeness.ts";
import { rcodeName } from "../common/dns/names.ts";
import { answersText, dnsAttributesOf, statusOfRcode } from "../common/dns/outcome.ts";
import { HEADER_BYTES } from "../common/dns/records.ts";
import { type DnsMessage, parseDns } from "../common/dns/wire.ts";
import type { Session, SessionContext } from "../contract.ts";

/** Queries that wait for their answer at most; the oldest is given up beyond it. */
export const MAX_PENDING = 512;
/** Longest message over TCP: its length is two bytes. */
export const MAX_MESSAGE_BYTES = 65_535;
/** Longest message by which a stream is found again behind a hole. */
const MAX_FOUND_BYTES = 4096;
/** A resolver waits five seconds by default (resolv.conf): a query that old without an answer has timed out. */
const TIMEOUT_NS = 5e9;
/** mDNS and LLMNR ask everybody; that nobody answers is no failure. */
const MULTICAST_PORTS = new Set([5353, 5355]);

/** All that a session knows where no query waits. */
const NOTHING_WAITS = {};

interface Pending {
  readonly message: DnsMessage;
  readonly first: Mark;
  readonly last: Mark;
  readonly bytes: number;
  attempts: number;
}

/** One DNS conversation: over UDP each datagram is a message, over TCP each has its length in front (RFC 1035 §4.2). */
export class DnsSession implements Session {
  readonly #context: SessionContext;
  readonly #pending = new Map<string, Pending>();
  readonly #queues = [new ByteQueue(), new ByteQueue()] as const;
  /** Behind a hole in a stream: what comes may be the middle of a message. */
  readonly #isLost: [boolean, boolean] = [false, false];

  constructor(context: SessionContext) {
    this.#context = context;
  }

  rest(): object | undefined {
    const isQuiet = this.#queues.every(({ length }) => length === 0) && !this.#isLost.includes(true);
    return isQuiet && this.#pending.size === 0 ? NOTHING_WAITS : undefined;
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    if (this.#context.transport === "udp") {
      this.#message(direction, bytes, mark, mark);
      return true;
    }
    const queue = this.#queues[direction];
    queue.append(bytes, mark);
    if (this.#isLost[direction] && !this.#findMessage(direction)) return true;
    while (queue.length >= 2) {
      const front = queue.peek();
      const length = ((front[0] ?? 0) << 8) | (front[1] ?? 0);
      if (front.length < 2 + length) break;
      const first = queue.markAt(0) ?? mark;
      const last = queue.markAt(1 + length) ?? mark;
      const isMessage = this.#message(direction, front.slice(2, 2 + length), first, last);
      queue.consume(2 + length);
      if (!isMessage) return false;
    }
    return true;
  }

  /** Behind a hole: drops what stands before the next message; false while none is there. */
  #findMessage(direction: Direction): boolean {
    const queue = this.#queues[direction];
    const bytes = queue.peek();
    let at = 0;
    let verdict: MessageVerdict = "no";
    for (; at < bytes.length; at += 1) {
      verdict = messageAt(bytes, at);
      if (verdict !== "no") break;
    }
    queue.consume(at);
    this.#isLost[direction] = verdict !== "yes";
    return verdict === "yes";
  }

  /** Over TCP the next length is unknown behind a hole: the session looks for a message of which there is no doubt. */
  gap(direction: Direction, missingBytes: number): boolean {
    if (this.#context.transport === "udp") return true;
    this.#queues[direction].reset(missingBytes);
    this.#isLost[direction] = true;
    return true;
  }

  end(): void {
    // A message that is cut off says nothing; waiting queries are settled by `close`.
  }

  close(reason: EndReason, mark: Mark): void {
    for (const pending of this.#pending.values()) this.#unanswered(pending, reason, mark);
    this.#pending.clear();
  }

  #message(direction: Direction, bytes: Uint8Array, first: Mark, last: Mark): boolean {
    const message = parseDns(bytes);
    if (message === undefined) {
      this.#context.violation({ code: "notDns", direction, mark: last });
      return false;
    }
    if (message.isResponse) this.#response(message, bytes.length, first, last);
    else this.#query(message, bytes.length, first, last);
    return true;
  }

  #query(message: DnsMessage, bytes: number, first: Mark, last: Mark): void {
    const key = keyOf(message);
    const known = this.#pending.get(key);
    if (known !== undefined) {
      known.attempts += 1;
      return;
    }
    if (this.#pending.size >= MAX_PENDING) {
      const [oldest] = this.#pending;
      if (oldest !== undefined) {
        this.#pending.delete(oldest[0]);
        this.#emit(oldest[1], undefined, "unknown", ["limitReached"]);
      }
    }
    this.#pending.set(key, { message, first, last, bytes, attempts: 1 });
  }

  #response(message: DnsMessage, bytes: number, first: Mark, last: Mark): void {
    const key = keyOf(message);
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    this.#emit(pending, { message, first, last, bytes, attempts: 1 }, statusOfRcode(message.rcode), []);
  }

  #unanswered(pending: Pending, reason: EndReason, mark: Mark): void {
    const isMulticast = MULTICAST_PORTS.has(this.#context.serverPort) || MULTICAST_PORTS.has(this.#context.clientPort);
    const hasTimedOut = mark.atNs - pending.last.atNs >= TIMEOUT_NS;
    if (isMulticast) this.#emit(pending, undefined, "unknown", []);
    else if (reason === "reset" || reason === "fin") this.#emit(pending, undefined, "aborted", []);
    else this.#emit(pending, undefined, hasTimedOut ? "timeout" : "unknown", hasTimedOut ? [] : ["captureEnded"]);
  }

  #emit(
    query: Pending | undefined,
    response: Pending | undefined,
    status: CallStatus,
    reasons: readonly GradeReason[],
  ): void {
    const known = query ?? response;
    if (known === undefined) return;
    const [question] = known.message.questions;
    const answer = response?.message;
    this.#context.emit({
      operation: question?.type ?? known.message.opcode,
      target: question?.name ?? "",
      status,
      statusCode: answer === undefined ? "" : rcodeName(answer.rcode),
      requestFirst: known.first,
      requestLast: query?.last ?? known.first,
      responseFirst: response?.first,
      responseLast: response?.last,
      requestBytes: query?.bytes ?? 0,
      responseBytes: response?.bytes ?? 0,
      responseBody: answer === undefined || answer.answers.length === 0 ? undefined : answersText(answer),
      attributes: dnsAttributesOf(known.message, answer, query?.attempts ?? 1),
      gradeReasons: query === undefined ? ["midStreamStart", ...reasons] : reasons,
    });
  }
}

type MessageVerdict = "yes" | "no" | "needMore";

/** Whether a length and a message of which there is no doubt stand at `at`. */
function messageAt(bytes: Uint8Array, at: number): MessageVerdict {
  // Nearly every message has one question; nothing is made of other places.
  if (at + 7 < bytes.length && (bytes[at + 6] !== 0 || bytes[at + 7] !== 1)) return "no";
  const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  if (at + 1 < bytes.length && (length < HEADER_BYTES || length > MAX_FOUND_BYTES)) return "no";
  if (bytes.length < at + 2 || bytes.length < at + 2 + length) return "needMore";
  return isWholeDns(bytes.subarray(at + 2, at + 2 + length)) ? "yes" : "no";
}

/** Query and answer belong together by id and question; case of names may be mixed on purpose (0x20 encoding). */
function keyOf({ id, questions }: DnsMessage): string {
  const [question] = questions;
  return `${id} ${question?.name.toLowerCase() ?? ""} ${question?.type ?? ""}`;
}
