import type { CallStatus } from "@weir/model";
import type { CallDraft } from "../../call-draft.ts";
import type { HttpApplication, HttpExchange } from "./exchange.ts";
import { headerOf } from "./headers.ts";
import { maskHeaders, maskQuery } from "./mask.ts";

/** The call that an exchange is: of the first protocol that knows it as its own, else of HTTP. Undefined where nothing of it was seen. */
export function callOfExchange(
  exchange: HttpExchange,
  applications: readonly HttpApplication[],
): CallDraft | undefined {
  const draft = httpCallOf(exchange);
  if (draft === undefined) return undefined;
  for (const application of applications) {
    const refined = application.refine(exchange, draft);
    if (refined !== undefined) return refined;
  }
  return draft;
}

function httpCallOf(exchange: HttpExchange): CallDraft | undefined {
  const { request, response, requestPassage, responsePassage } = exchange;
  const known = requestPassage ?? responsePassage;
  if (known === undefined) return undefined;
  const [path = "", query] = splitTarget(request?.target ?? "");
  return {
    operation: request?.method ?? "unknown",
    target: query === undefined ? path : `${path}?${maskQuery(query)}`,
    status: statusOf(response?.statusCode, exchange.cutBy),
    statusCode: response === undefined ? "" : String(response.statusCode),
    requestFirst: known.first,
    requestLast: requestPassage?.last ?? known.first,
    responseFirst: responsePassage?.first,
    responseLast: responsePassage?.last,
    requestBytes: requestPassage?.bytes ?? 0,
    responseBytes: responsePassage?.bytes ?? 0,
    requestHeaders: maskHeaders(request?.headers ?? []),
    responseHeaders: maskHeaders(response?.headers ?? []),
    requestBody: requestPassage?.body.text(request?.headers ?? []),
    responseBody: responsePassage?.body.text(response?.headers ?? []),
    bodyTruncated: requestPassage?.body.isTruncated === true || responsePassage?.body.isTruncated === true,
    traceparent: headerOf(request?.headers ?? [], "traceparent"),
    attributes: attributesOf(exchange, path, query),
    gradeReasons: exchange.gradeReasons,
  };
}

/**
 * 1xx to 3xx are fine, 4xx is the client's fault, 5xx the server's. Where the connection's end cut the response off, or came before it,
 * the end says what happened.
 */
function statusOf(statusCode: number | undefined, cutBy: HttpExchange["cutBy"]): CallStatus {
  if (cutBy === "reset" || cutBy === "fin") return "aborted";
  if (cutBy === "idle") return "timeout";
  if (statusCode !== undefined) return statusCode >= 500 ? "serverError" : statusCode >= 400 ? "clientError" : "ok";
  return "unknown";
}

/** Path and query of a target in any of its forms (RFC 9112 §3.2). */
function splitTarget(target: string): [path: string, query: string | undefined] {
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(.*)$/i.exec(target)?.[1] ?? target;
  const at = origin.indexOf("?");
  return at < 0 ? [origin, undefined] : [origin.slice(0, at), origin.slice(at + 1)];
}

function attributesOf(exchange: HttpExchange, path: string, query: string | undefined): Record<string, string> {
  const { request, response, requestPassage, responsePassage } = exchange;
  const inRequest = (name: string) => (request === undefined ? undefined : headerOf(request.headers, name));
  const inResponse = (name: string) => (response === undefined ? undefined : headerOf(response.headers, name));
  const all: Record<string, string | undefined> = {
    "http.request.method": request?.method,
    "http.response.status_code": response === undefined ? undefined : String(response.statusCode),
    "network.protocol.version": exchange.version,
    "url.path": request === undefined ? undefined : path,
    "url.query": query === undefined ? undefined : maskQuery(query),
    "http.request.header.host": request?.authority,
    "user_agent.original": inRequest("user-agent"),
    "http.request.header.content-type": inRequest("content-type"),
    "http.response.header.content-type": inResponse("content-type"),
    "http.request.body.size": requestPassage === undefined ? undefined : String(requestPassage.body.bytes),
    "http.response.body.size": responsePassage === undefined ? undefined : String(responsePassage.body.bytes),
    "http.response.header.upgrade": response?.statusCode === 101 ? inResponse("upgrade") : undefined,
    "http.request.header.x-request-id": inRequest("x-request-id"),
    "http.response.header.retry-after": inResponse("retry-after"),
    "http.request.header.x-envoy-attempt-count": inRequest("x-envoy-attempt-count"),
    ...exchange.attributes,
  };
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined) present[name] = value;
  return present;
}
