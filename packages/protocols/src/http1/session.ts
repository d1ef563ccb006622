import type { Mark } from "@weir/base";
import { type CallStatus, Direction, type EndReason, type GradeReason } from "@weir/model";
import type { CallDraft, Session, SessionContext } from "../contract.ts";
import { type BodyLength, contentLength, isChunked, requestBodyLength, responseBodyLength } from "./body.ts";
import { headerOf } from "./head.ts";
import { maskHeaders, maskQuery } from "./mask.ts";
import { type Message, MessageParser } from "./message-parser.ts";

/** Requests that wait for their response at most; a client that pipelines more is cut off from pairing, not from counting. */
export const MAX_PENDING = 1000;

/** Bytes in a row without any head before the session says that this is no HTTP. */
const MAX_BYTES_WITHOUT_HEAD = 64 << 10;

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
  /** A request whose response came before its own end. */
  #answeredEarly: Message | undefined;

  constructor(context: SessionContext, bodyLimit: number) {
    this.#context = context;
    this.#parsers = [this.#parserOf(Direction.toServer, bodyLimit), this.#parserOf(Direction.toClient, bodyLimit)];
  }

  /** True behind a CONNECT or an upgrade: what follows is another protocol. */
  get handsOver(): boolean {
    return this.#isTunnel;
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    if (this.#isTunnel) return false;
    this.#parsers[direction].data(bytes, mark);
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
    const cut = this.#responses.current;
    const unfinished = this.#unanswered;
    if (cut !== undefined) this.#emit(this.#pending.shift() ?? unfinished, cut, captureGrade(reason), reason);
    for (const request of this.#pending.splice(0)) this.#emit(request, undefined, captureGrade(reason), reason);
    const isAnswered = unfinished === undefined || this.#answeredEarly === unfinished;
    if (!isAnswered && !this.#isTunnel) this.#emit(unfinished, undefined, captureGrade(reason), reason);
  }

  get #responses(): MessageParser {
    return this.#parsers[this.#requestDirection === Direction.toServer ? Direction.toClient : Direction.toServer];
  }

  /** The request under way, where no response came for it yet. */
  get #unanswered(): Message | undefined {
    const { current } = this.#parsers[this.#requestDirection];
    return current === this.#answeredEarly ? undefined : current;
  }

  #parserOf(direction: Direction, bodyLimit: number): MessageParser {
    return new MessageParser(this.#context.midStream, bodyLimit, {
      head: (message) => {
        if (!this.#hasHead) this.#orient(direction, message.head.kind);
        return message.head.kind === "request" ? this.#requestHead(message) : this.#responseHead(message);
      },
      complete: (message) =>
        message.head.kind === "request" ? this.#requestComplete(message) : this.#responseComplete(message),
      violation: (code, mark) => this.#context.violation({ code, direction, mark }),
    });
  }

  #orient(direction: Direction, kind: Message["head"]["kind"]): void {
    const other = direction === Direction.toServer ? Direction.toClient : Direction.toServer;
    this.#hasHead = true;
    this.#requestDirection = kind === "request" ? direction : other;
    this.#parsers[this.#requestDirection].wanted = "request";
    this.#responses.wanted = "response";
  }

  #requestHead(request: Message): BodyLength {
    this.#noteLengthAndChunked(request, this.#requestDirection);
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
    this.#noteLengthAndChunked(
      response,
      this.#requestDirection === Direction.toServer ? Direction.toClient : Direction.toServer,
    );
    const request = this.#pending[0] ?? this.#unanswered;
    const method = request?.head.kind === "request" ? request.head.method : undefined;
    const opensTunnel =
      head.statusCode === 101 || (method === "CONNECT" && head.statusCode >= 200 && head.statusCode < 300);
    if (opensTunnel) {
      this.#isTunnel = true;
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

  /** Both framings together are a known attack (RFC 9112 §6.3): chunks win. */
  #noteLengthAndChunked({ head: { headers }, first }: Message, direction: Direction): void {
    if (isChunked(headers) && contentLength(headers) !== undefined)
      this.#context.violation({ code: "lengthAndChunked", direction, mark: first });
  }

  #responseComplete(response: Message): void {
    const { head } = response;
    // Interim responses announce the final one (RFC 9110 §15.2); only 101 is an answer.
    if (head.kind === "response" && head.statusCode < 200 && head.statusCode !== 101) return;
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
    const known = request ?? response;
    if (known === undefined) return;
    const requestHead = request?.head.kind === "request" ? request.head : undefined;
    const responseHead = response?.head.kind === "response" ? response.head : undefined;
    const gaps: GradeReason[] = request?.hasGap === true || response?.hasGap === true ? ["missingSegments"] : [];
    const noRequest: GradeReason[] =
      request !== undefined ? [] : this.#context.midStream ? ["midStreamStart"] : ["missingSegments"];
    const [path = "", query] = splitTarget(requestHead?.target ?? "");
    this.#context.emit({
      operation: requestHead?.method ?? "unknown",
      target: query === undefined ? path : `${path}?${maskQuery(query)}`,
      status: statusOf(responseHead?.statusCode, cutBy),
      statusCode: responseHead === undefined ? "" : String(responseHead.statusCode),
      requestFirst: known.first,
      requestLast: request?.last ?? known.first,
      responseFirst: response?.first,
      responseLast: response?.last,
      requestBytes: request?.bytes ?? 0,
      responseBytes: response?.bytes ?? 0,
      requestHeaders: maskHeaders(requestHead?.headers ?? []),
      responseHeaders: maskHeaders(responseHead?.headers ?? []),
      requestBody: request?.body.text(requestHead?.headers ?? []),
      responseBody: response?.body.text(responseHead?.headers ?? []),
      bodyTruncated: request?.body.isTruncated === true || response?.body.isTruncated === true,
      traceparent: headerOf(requestHead?.headers ?? [], "traceparent"),
      attributes: attributesOf(request, response, path, query),
      gradeReasons: [...new Set([...gaps, ...noRequest, ...reasons])],
    } satisfies CallDraft);
  }
}

/**
 * 1xx to 3xx are fine, 4xx is the client's fault, 5xx the server's. Where the connection's end cut the response off, or came before it,
 * the end says what happened.
 */
function statusOf(statusCode: number | undefined, cutBy: EndReason | undefined): CallStatus {
  if (cutBy === "reset" || cutBy === "fin") return "aborted";
  if (cutBy === "idle") return "timeout";
  if (statusCode !== undefined) return statusCode >= 500 ? "serverError" : statusCode >= 400 ? "clientError" : "ok";
  return "unknown";
}

function captureGrade(reason: EndReason): GradeReason[] {
  return reason === "captureEnd" || reason === "replaced" ? ["captureEnded"] : [];
}

/** Path and query of a target in any of its forms (RFC 9112 §3.2). */
function splitTarget(target: string): [path: string, query: string | undefined] {
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(.*)$/i.exec(target)?.[1] ?? target;
  const at = origin.indexOf("?");
  return at < 0 ? [origin, undefined] : [origin.slice(0, at), origin.slice(at + 1)];
}

function attributesOf(
  request: Message | undefined,
  response: Message | undefined,
  path: string,
  query: string | undefined,
): Record<string, string> {
  const asked = request?.head;
  const answered = response?.head;
  const inRequest = (name: string) => (asked === undefined ? undefined : headerOf(asked.headers, name));
  const inResponse = (name: string) => (answered === undefined ? undefined : headerOf(answered.headers, name));
  const all: Record<string, string | undefined> = {
    "http.request.method": asked?.kind === "request" ? asked.method : undefined,
    "http.response.status_code": answered?.kind === "response" ? String(answered.statusCode) : undefined,
    "network.protocol.version": asked?.version ?? answered?.version,
    "url.path": asked === undefined ? undefined : path,
    "url.query": query === undefined ? undefined : maskQuery(query),
    "http.request.header.host": inRequest("host"),
    "user_agent.original": inRequest("user-agent"),
    "http.request.header.content-type": inRequest("content-type"),
    "http.response.header.content-type": inResponse("content-type"),
    "http.request.body.size": request === undefined ? undefined : String(request.body.bytes),
    "http.response.body.size": response === undefined ? undefined : String(response.body.bytes),
    "http.response.header.upgrade":
      answered?.kind === "response" && answered.statusCode === 101 ? inResponse("upgrade") : undefined,
    "http.request.header.x-request-id": inRequest("x-request-id"),
    "http.response.header.retry-after": inResponse("retry-after"),
    "http.request.header.x-envoy-attempt-count": inRequest("x-envoy-attempt-count"),
  };
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined) present[name] = value;
  return present;
}
