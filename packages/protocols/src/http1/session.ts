import type { Mark } from "@weir/base";
import { Direction, type EndReason, type GradeReason } from "@weir/model";
import { callOfExchange } from "../common/http/call-of-exchange.ts";
import { type CarriedRequest, type HttpExchange, type HttpRequest, observerOf } from "../common/http/exchange.ts";
import { headerOf } from "../common/http/headers.ts";
import { Interim } from "../common/http/interim.ts";
import { authorityOf, maskTarget } from "../common/http/target.ts";
import type { Handover, Session, SessionContext } from "../contract.ts";
import { ambiguitiesOf, type BodyLength, requestBodyLength, responseBodyLength } from "./body.ts";
import { type Head, SIMPLE_VERSION } from "./head.ts";
import type { Message } from "./message.ts";
import { MessageParser } from "./message-parser.ts";

/** Requests that wait for their response at most; a client that pipelines more is cut off from pairing, not from counting. */
export const MAX_PENDING = 1000;

/** Bytes in a row without any head before the session says that this is no HTTP. */
const MAX_BYTES_WITHOUT_HEAD = 64 << 10;

/** All that a session knows between exchanges: which way requests go. */
class Http1Rest {
  readonly requestDirection: Direction;

  constructor(requestDirection: Direction) {
    this.requestDirection = requestDirection;
  }
}

const RESTS: Readonly<Record<Direction, Http1Rest>> = {
  [Direction.toServer]: new Http1Rest(Direction.toServer),
  [Direction.toClient]: new Http1Rest(Direction.toClient),
};

/** Dissectors of what a connection can be upgraded to (IANA's HTTP Upgrade Tokens). */
const UPGRADES: ReadonlyMap<string, string> = new Map([
  ["websocket", "websocket"],
  ["h2c", "http2"],
]);

/**
 * One HTTP/1 connection: pairs requests and responses in order (RFC 9112 §9.3.2). The first head tells which end is the client:
 * a transport that saw no handshake may have taken one for the other.
 */
export class Http1Session implements Session {
  readonly #context: SessionContext;
  readonly #parsers: readonly [MessageParser, MessageParser];
  /** Complete requests that wait for their response, oldest first. */
  readonly #pending: Message[] = [];
  #requestDirection: Direction = Direction.toServer;
  #hasHead = false;
  #bytesWithoutHead = 0;
  #isTunnel = false;
  /** What follows on the connection, once it is a tunnel. */
  #tunnel: Omit<Handover, "rest"> = {};
  /** What came behind the head that opened a tunnel. */
  #rest: Handover["rest"] = [];
  readonly #interim = new Interim();
  /** The interim response that came last. */
  #announced: Message | undefined;
  /** A request whose response came before its own end. */
  #answeredEarly: Message | undefined;

  /** `rest` is what a session on this connection knew when it was let go between two exchanges. */
  constructor(context: SessionContext, bodyLimit: number, rest?: object) {
    this.#context = context;
    const isMidStream = rest === undefined && context.midStream;
    const parserOf = (direction: Direction) => this.#parserOf(direction, bodyLimit, isMidStream);
    this.#parsers = [parserOf(Direction.toServer), parserOf(Direction.toClient)];
    if (rest instanceof Http1Rest) this.#orient(rest.requestDirection, "request");
  }

  rest(): object | undefined {
    const isAtRest =
      this.#hasHead &&
      !this.#isTunnel &&
      this.#pending.length === 0 &&
      this.#interim.isEmpty &&
      this.#answeredEarly === undefined;
    return isAtRest && this.#parsers.every((parser) => parser.isAtRest) ? RESTS[this.#requestDirection] : undefined;
  }

  /** True behind a CONNECT or an upgrade: what follows is another protocol. */
  get handover(): Handover | undefined {
    return this.#isTunnel ? { ...this.#tunnel, rest: this.#rest } : undefined;
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    const left = this.#parsers[direction].data(bytes, mark);
    if (this.#isTunnel) {
      this.#rest = left.length === 0 ? [] : [{ direction, bytes: left }];
      return false;
    }
    if (this.#hasHead) return true;
    this.#bytesWithoutHead += bytes.length;
    return this.#bytesWithoutHead <= MAX_BYTES_WITHOUT_HEAD;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    if (this.#isTunnel) return false;
    this.#parsers[direction].gap(missingBytes);
    return true;
  }

  end(direction: Direction): void {
    this.#parsers[direction].end();
  }

  close(reason: EndReason): void {
    if (reason === "fin") this.#responses.end();
    for (const parser of this.#parsers) parser.close();
    const cut = this.#responses.current;
    const unfinished = this.#unanswered;
    if (cut !== undefined) this.#emit(this.#pending.shift() ?? unfinished, cut, captureGrade(reason), reason);
    for (const request of this.#pending.splice(0)) this.#emit(request, undefined, captureGrade(reason), reason);
    const isAnswered = unfinished === undefined || this.#answeredEarly === unfinished;
    if (!isAnswered && !this.#isTunnel) this.#emit(unfinished, undefined, captureGrade(reason), reason);
    if (!this.#interim.isEmpty) this.#emit(undefined, this.#announced, captureGrade(reason));
  }

  get #responses(): MessageParser {
    return this.#parsers[otherWay(this.#requestDirection)];
  }

  /** The request under way, where no response came for it yet. */
  get #unanswered(): Message | undefined {
    const { current } = this.#parsers[this.#requestDirection];
    return current === this.#answeredEarly ? undefined : current;
  }

  #parserOf(direction: Direction, bodyLimit: number, isMidStream: boolean): MessageParser {
    return new MessageParser(isMidStream, bodyLimit, {
      head: (message) => {
        if (!this.#hasHead) this.#orient(direction, message.head.kind);
        return message.head.kind === "request" ? this.#requestHead(message) : this.#responseHead(message);
      },
      isSimplyAnswered: () => (this.#pending[0] ?? this.#unanswered)?.head.version === SIMPLE_VERSION,
      observerOf: (headers) => observerOf(headers, this.#context.httpApplications),
      complete: (message) =>
        message.head.kind === "request" ? this.#requestComplete(message) : this.#responseComplete(message),
      violation: (code, mark) => this.#context.violation({ code, direction, mark }),
    });
  }

  #orient(direction: Direction, kind: Message["head"]["kind"]): void {
    this.#hasHead = true;
    this.#requestDirection = kind === "request" ? direction : otherWay(direction);
    this.#parsers[this.#requestDirection].wanted = "request";
    this.#responses.wanted = "response";
  }

  #requestHead(request: Message): BodyLength {
    this.#noteViolations(request, this.#requestDirection);
    return requestBodyLength(request.head.headers);
  }

  #requestComplete(request: Message): void {
    if (request === this.#answeredEarly) return;
    if (this.#pending.length >= MAX_PENDING) {
      this.#emit(request, undefined, ["limitReached"]);
      return;
    }
    this.#pending.push(request);
  }

  #responseHead(response: Message): BodyLength | { readonly kind: "tunnel" } {
    const { head } = response;
    if (head.kind !== "response") return { kind: "none" };
    if (response.followsHole) this.#forgetLostAnswers();
    this.#noteViolations(response, otherWay(this.#requestDirection));
    const request = this.#pending[0] ?? this.#unanswered;
    const method = request?.head.kind === "request" ? request.head.method : undefined;
    const code = head.statusCode ?? 0;
    const opensTunnel = code === 101 || (method === "CONNECT" && code >= 200 && code < 300);
    if (opensTunnel) {
      this.#isTunnel = true;
      this.#tunnel = tunnelOf(response, request);
      return { kind: "tunnel" };
    }
    return responseBodyLength(head.statusCode, head.headers, method);
  }

  /** Responses were lost in a hole: clients hardly pipeline, so what comes behind it answers the latest request. */
  #forgetLostAnswers(): void {
    for (const request of this.#pending.splice(0, this.#pending.length - 1)) {
      this.#emit(request, undefined, ["missingSegments"]);
    }
  }

  #noteViolations({ head: { headers, violations }, first }: Message, direction: Direction): void {
    for (const code of violations) this.#context.violation({ code, direction, mark: first });
    for (const code of ambiguitiesOf(headers)) this.#context.violation({ code, direction, mark: first });
  }

  #responseComplete(response: Message): void {
    const { head } = response;
    // Interim responses announce the final one (RFC 9110 §15.2); only 101 is an answer.
    if (head.kind === "response" && head.statusCode !== undefined && isInterim(head.statusCode)) {
      this.#announced = response;
      this.#interim.add(head.statusCode, response.last, (this.#pending[0] ?? this.#unanswered)?.headLast);
      return;
    }
    // A server may answer before the request is complete: then the request is still being parsed.
    const complete = this.#pending.shift();
    const early = complete === undefined ? this.#unanswered : undefined;
    if (early !== undefined) this.#answeredEarly = early;
    this.#emit(complete ?? early, response, []);
  }

  #emit(
    request: Message | undefined,
    response: Message | undefined,
    reasons: readonly GradeReason[],
    cutBy?: EndReason,
  ): void {
    const requestHead = request?.head.kind === "request" ? request.head : undefined;
    const responseHead = response?.head.kind === "response" ? response.head : undefined;
    const call = callOfExchange(
      {
        version: versionOf(requestHead, responseHead),
        request: requestHead && requestOf(requestHead),
        response: responseHead,
        requestPassage: request,
        responsePassage: response,
        cutBy: cutBy === "replaced" ? "captureEnd" : cutBy,
        gradeReasons: this.#gradeReasons(request, response, reasons),
        attributes: this.#ownAttributes(requestHead, responseHead),
      },
      this.#context.httpApplications,
    );
    if (request?.body.isBomb === true) this.#noteBomb(request, this.#requestDirection);
    if (response?.body.isBomb === true) this.#noteBomb(response, otherWay(this.#requestDirection));
    if (call !== undefined) this.#context.emit(call);
  }

  /** What HTTP/1 says beyond what all versions do: of nearly all exchanges nothing. */
  #ownAttributes(request: Head | undefined, response: Head | undefined): HttpExchange["attributes"] {
    const announced = this.#interim.take();
    const version = otherVersion(request, response);
    return version === undefined ? announced : { ...announced, "weir.http.response_version": version };
  }

  /** HOT PATH: nearly all exchanges are whole, and nothing is made for them. */
  #gradeReasons(
    request: Message | undefined,
    response: Message | undefined,
    reasons: readonly GradeReason[],
  ): readonly GradeReason[] {
    const hasGap = request?.hasGap === true || response?.hasGap === true;
    if (request !== undefined && !hasGap) return reasons;
    const all = new Set<GradeReason>(hasGap ? ["missingSegments"] : []);
    if (request === undefined) all.add(this.#context.midStream ? "midStreamStart" : "missingSegments");
    for (const reason of reasons) all.add(reason);
    return [...all];
  }

  #noteBomb({ last }: Message, direction: Direction): void {
    this.#context.violation({ code: "compressionBomb", direction, mark: last });
  }
}

/** The request that a head tells of. */
function requestOf({ method, target, headers }: Extract<Head, { kind: "request" }>): HttpRequest {
  return { method, target, headers, authority: authorityOf(headers, target) };
}

function otherWay(direction: Direction): Direction {
  return direction === Direction.toServer ? Direction.toClient : Direction.toServer;
}

/** Where a tunnel leads that the response opened: for the protocols of an upgrade that are known, their dissectors. */
function tunnelOf({ head: { headers } }: Message, request: Message | undefined): Omit<Handover, "rest"> {
  const to = UPGRADES.get(headerOf(headers, "upgrade")?.toLowerCase() ?? "");
  if (to === undefined) return {};
  const target = request?.head.kind === "request" ? maskTarget(request.head.target) : "";
  const options = headerOf(headers, "sec-websocket-extensions") ?? "";
  return { to, opening: { target, options, request: carriedBy(request) } };
}

/** Version of the request; of the response where there is no request. A request line that is cut does not tell it. */
function versionOf(request: Head | undefined, response: Head | undefined): string | undefined {
  const version = (request ?? response)?.version;
  return version === "" ? undefined : version;
}

/** The response's version where it is another one than the request's. */
function otherVersion(request: Head | undefined, response: Head | undefined): string | undefined {
  const version = response?.version ?? "";
  return version === "" || request === undefined || version === request.version ? undefined : version;
}

/** The request of an upgrade, for a protocol that answers it. */
function carriedBy(request: Message | undefined): CarriedRequest | undefined {
  if (request?.head.kind !== "request") return undefined;
  const { head } = request;
  return { request: requestOf(head), passage: request };
}

function isInterim(statusCode: number): boolean {
  return statusCode < 200 && statusCode !== 101;
}

function captureGrade(reason: EndReason): GradeReason[] {
  return reason === "captureEnd" || reason === "replaced" ? ["captureEnded"] : [];
}
