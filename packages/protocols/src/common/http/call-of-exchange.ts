import type { CallStatus } from "@weir/model";
import type { CallDraft } from "../../call-draft.ts";
import { type HttpApplication, type HttpExchange, type HttpPassage, NO_ATTRIBUTES } from "./exchange.ts";
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
    requestBody: requestPassage?.body.text(request?.headers ?? NO_HEADERS),
    responseBody: responsePassage?.body.text(response?.headers ?? NO_HEADERS),
    bodyTruncated: requestPassage?.body.isTruncated === true || responsePassage?.body.isTruncated === true,
    traceparent: headerOf(requestHeaders, "traceparent"),
    otherTrace: otherTraceOf(requestHeaders),
    attributes: attributesOf(exchange, { path, query: maskedQuery, requestHeaders, responseHeaders }),
    gradeReasons: exchange.gradeReasons,
  };
}

const NO_HEADERS: readonly Header[] = [];

/** A message's fields with secrets masked; those behind its body stand last. */
function maskedFields(headers: readonly Header[] | undefined, passage: HttpPassage | undefined): readonly Header[] {
  const trailers = passage?.trailers ?? NO_HEADERS;
  return maskHeaders(trailers.length === 0 ? (headers ?? NO_HEADERS) : [...(headers ?? []), ...trailers]);
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

/** HOT PATH: attributes are named one by one, as V8 is quick where it knows the name. */
function attributesOf(exchange: HttpExchange, prepared: Prepared): Record<string, string> {
  const { request, response, requestPassage, responsePassage } = exchange;
  const { path, query, requestHeaders, responseHeaders } = prepared;
  const attributes: Record<string, string> = {};
  if (request?.method !== undefined) attributes["http.request.method"] = request.method;
  if (response?.statusCode !== undefined) attributes["http.response.status_code"] = String(response.statusCode);
  if (exchange.version !== undefined) attributes["network.protocol.version"] = exchange.version;
  if (request?.target !== undefined) attributes["url.path"] = path;
  if (query !== undefined) attributes["url.query"] = query;
  if (request?.authority !== undefined) attributes["http.request.header.host"] = request.authority;
  const agent = headerOf(requestHeaders, "user-agent");
  if (agent !== undefined) attributes["user_agent.original"] = agent;
  if (requestPassage !== undefined) attributes["http.request.body.size"] = String(requestPassage.body.bytes);
  if (responsePassage !== undefined) attributes["http.response.body.size"] = String(responsePassage.body.bytes);
  const upgrade = response?.statusCode === 101 ? headerOf(responseHeaders, "upgrade") : undefined;
  if (upgrade !== undefined) attributes["http.response.header.upgrade"] = upgrade;
  addHeaderAttributes(requestHeaders, REQUEST_ATTRIBUTES, attributes);
  addHeaderAttributes(responseHeaders, RESPONSE_ATTRIBUTES, attributes);
  return exchange.attributes === NO_ATTRIBUTES ? attributes : Object.assign(attributes, exchange.attributes);
}
