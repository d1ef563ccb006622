import type { CallStatus } from "@weir/model";
import type { CallDraft } from "../../call-draft.ts";
import type { HttpApplication, HttpExchange, HttpPassage } from "./exchange.ts";
import { addHeaderAttributes, REQUEST_ATTRIBUTES, RESPONSE_ATTRIBUTES } from "./header-attributes.ts";
import { type Header, headerOf } from "./headers.ts";
import { maskHeaders, maskQuery } from "./mask.ts";
import { otherTraceOf } from "./other-trace.ts";
import { splitTarget } from "./target.ts";

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
  const maskedQuery = query === undefined ? undefined : maskQuery(query);
  const requestHeaders = maskedFields(request?.headers, requestPassage);
  const responseHeaders = maskedFields(response?.headers, responsePassage);
  return {
    operation: request?.method ?? "unknown",
    target: maskedQuery === undefined ? path : `${path}?${maskedQuery}`,
    status: statusOf(response?.statusCode, exchange.cutBy),
    statusCode: String(response?.statusCode ?? exchange.resetCode ?? ""),
    requestFirst: known.first,
    requestLast: requestPassage?.last ?? known.first,
    responseFirst: responsePassage?.first,
    responseLast: responsePassage?.last,
    requestBytes: requestPassage?.bytes ?? 0,
    responseBytes: responsePassage?.bytes ?? 0,
    requestHeaders,
    responseHeaders,
    requestBody: requestPassage?.body.text(request?.headers ?? []),
    responseBody: responsePassage?.body.text(response?.headers ?? []),
    bodyTruncated: requestPassage?.body.isTruncated === true || responsePassage?.body.isTruncated === true,
    traceparent: headerOf(requestHeaders, "traceparent"),
    otherTrace: otherTraceOf(requestHeaders),
    attributes: attributesOf(exchange, { path, query: maskedQuery, requestHeaders, responseHeaders }),
    gradeReasons: exchange.gradeReasons,
  };
}

/** A message's fields with secrets masked; those behind its body stand last. */
function maskedFields(headers: readonly Header[] | undefined, passage: HttpPassage | undefined): readonly Header[] {
  const trailers = passage?.trailers ?? [];
  return maskHeaders(trailers.length === 0 ? (headers ?? []) : [...(headers ?? []), ...trailers]);
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

/** What of a call's attributes was made ready before. */
interface Prepared {
  readonly path: string;
  /** Masked. */
  readonly query: string | undefined;
  readonly requestHeaders: readonly Header[];
  readonly responseHeaders: readonly Header[];
}

function attributesOf(exchange: HttpExchange, prepared: Prepared): Record<string, string> {
  const { request, response, requestPassage, responsePassage } = exchange;
  const { path, query, requestHeaders, responseHeaders } = prepared;
  const attributes: Record<string, string> = {};
  const add = (name: string, value: string | number | undefined) => {
    if (value !== undefined) attributes[name] = String(value);
  };
  add("http.request.method", request?.method);
  add("http.response.status_code", response?.statusCode);
  add("network.protocol.version", exchange.version);
  add("url.path", request?.target === undefined ? undefined : path);
  add("url.query", query);
  add("http.request.header.host", request?.authority);
  add("user_agent.original", headerOf(requestHeaders, "user-agent"));
  add("http.request.body.size", requestPassage?.body.bytes);
  add("http.response.body.size", responsePassage?.body.bytes);
  if (response?.statusCode === 101) add("http.response.header.upgrade", headerOf(responseHeaders, "upgrade"));
  addHeaderAttributes(requestHeaders, REQUEST_ATTRIBUTES, attributes);
  addHeaderAttributes(responseHeaders, RESPONSE_ATTRIBUTES, attributes);
  return Object.assign(attributes, exchange.attributes);
}
