import type { Mark } from "@weir/base";
import { type CallStatus, Direction, type EndReason, type GradeReason } from "@weir/model";
import type { CallDraft, Session, SessionContext } from "../contract.ts";
import { type BodyLength, contentLength, isChunked, requestBodyLength, responseBodyLength } from "./body.ts";
import { headerOf } from "./head.ts";
import { maskHeaders, maskQuery } from "./mask.ts";
import { type Message, MessageParser } from "./message-parser.ts";

/** Requests that wait for their response at most; a client that pipelines more is cut off from pairing, not from counting. */
export const MAX_PENDING = 1000;

/** One HTTP/1 connection: pairs requests and responses in order (RFC 9112 §9.3.2). */
export class Http1Session implements Session {
  readonly #context: SessionContext;
  readonly #requests: MessageParser;
  readonly #responses: MessageParser;
  /** Complete requests that wait for their response, oldest first. */
  readonly #pending: Message[] = [];
  #isTunnel = false;
  /** A request whose response came before its own end. */
  #answeredEarly: Message | undefined;

  constructor(context: SessionContext, bodyLimit: number) {
    this.#context = context;
    this.#requests = new MessageParser("request", bodyLimit, {
      head: (message) => this.#requestHead(message),
      complete: (message) => this.#requestComplete(message),
      violation: (code, mark) => context.violation({ code, direction: Direction.toServer, mark }),
    });
    this.#responses = new MessageParser("response", bodyLimit, {
      head: (message) => this.#responseHead(message),
      complete: (message) => this.#responseComplete(message),
      violation: (code, mark) => context.violation({ code, direction: Direction.toClient, mark }),
    });
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    if (this.#isTunnel) return true;
    return (direction === Direction.toServer ? this.#requests : this.#responses).data(bytes, mark);
  }

  gap(direction: Direction, missingBytes: number): boolean {
    if (!this.#isTunnel) (direction === Direction.toServer ? this.#requests : this.#responses).gap(missingBytes);
    return true;
  }

  end(direction: Direction): void {
    (direction === Direction.toServer ? this.#requests : this.#responses).end();
  }

  close(reason: EndReason): void {
    if (reason === "fin") this.#responses.end();
    const cut = this.#responses.current;
    if (cut !== undefined) this.#emit(this.#pending.shift(), cut, [endGrade(reason)]);
    for (const request of this.#pending.splice(0)) this.#emit(request, undefined, unansweredGrade(reason), reason);
    const unfinished = this.#requests.current;
    if (unfinished !== undefined && !this.#isTunnel) this.#emit(unfinished, undefined, unansweredGrade(reason), reason);
  }

  #requestHead(request: Message): BodyLength {
    const { head } = request;
    if (isChunked(head.headers) && contentLength(head.headers) !== undefined) {
      this.#context.violation({ code: "lengthAndChunked", direction: Direction.toServer, mark: request.first });
    }
    return requestBodyLength(head.headers);
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
    const request = this.#pending[0] ?? this.#requests.current;
    const method = request?.head.kind === "request" ? request.head.method : undefined;
    const opensTunnel =
      head.statusCode === 101 || (method === "CONNECT" && head.statusCode >= 200 && head.statusCode < 300);
    if (opensTunnel) {
      this.#isTunnel = true;
      return { kind: "tunnel" };
    }
    return responseBodyLength(head.statusCode, head.headers, method);
  }

  #responseComplete(response: Message): void {
    const { head } = response;
    // Interim responses announce the final one (RFC 9110 §15.2); only 101 is an answer.
    if (head.kind === "response" && head.statusCode < 200 && head.statusCode !== 101) return;
    // A server may answer before the request is complete: then the request is still being parsed.
    const complete = this.#pending.shift();
    if (complete === undefined) this.#answeredEarly = this.#requests.current;
    this.#emit(complete ?? this.#answeredEarly, response, []);
  }

  #emit(
    request: Message | undefined,
    response: Message | undefined,
    reasons: readonly GradeReason[],
    unanswered?: EndReason,
  ): void {
    const known = request ?? response;
    if (known === undefined) return;
    const requestHead = request?.head.kind === "request" ? request.head : undefined;
    const responseHead = response?.head.kind === "response" ? response.head : undefined;
    const gaps: GradeReason[] = request?.hasGap === true || response?.hasGap === true ? ["missingSegments"] : [];
    const noRequest: GradeReason[] = request === undefined ? ["midStreamStart"] : [];
    const [path = "", query] = splitTarget(requestHead?.target ?? "");
    this.#context.emit({
      operation: requestHead?.method ?? "unknown",
      target: query === undefined ? path : `${path}?${maskQuery(query)}`,
      status: statusOf(responseHead?.statusCode, unanswered),
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
      gradeReasons: [...gaps, ...noRequest, ...reasons],
    } satisfies CallDraft);
  }
}

/** 2xx and 3xx are fine, 4xx is the client's fault, 5xx the server's. A missing answer: the connection's end says why. */
function statusOf(statusCode: number | undefined, unanswered: EndReason | undefined): CallStatus {
  if (statusCode !== undefined) return statusCode >= 500 ? "serverError" : statusCode >= 400 ? "clientError" : "ok";
  if (unanswered === "reset" || unanswered === "fin") return "aborted";
  return unanswered === "idle" ? "timeout" : "unknown";
}

function unansweredGrade(reason: EndReason): GradeReason[] {
  return reason === "captureEnd" || reason === "replaced" ? ["captureEnded"] : [];
}

function endGrade(reason: EndReason): GradeReason {
  return reason === "captureEnd" ? "captureEnded" : "missingSegments";
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
