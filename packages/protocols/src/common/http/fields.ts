import { field } from "@weir/model";
import { HEADER_FIELDS } from "./header-attributes.ts";

const text = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "many", sensitivity: "internal" });

/** What calls of every version of HTTP carry: what `callOfExchange` writes. A version's record adds its own. */
export const HTTP_FIELDS = [
  field("method", "string", "Request method", { otel: "http.request.method", optional: true, cardinality: "few" }),
  field("statusCode", "int", "Response status code", {
    otel: "http.response.status_code",
    optional: true,
    cardinality: "few",
  }),
  field("version", "string", "Protocol version of the request", {
    otel: "network.protocol.version",
    optional: true,
    cardinality: "few",
  }),
  field("responseVersion", "string", "Protocol version of the response, where it is another one than the request's", {
    otel: "weir.http.response_version",
    optional: true,
    cardinality: "few",
  }),
  text("path", "Path of the target, without the query", "url.path"),
  text("query", "Query of the target; values of secret parameters masked", "url.query"),
  text("host", "Host header, or the authority of the target", "http.request.header.host"),
  text("userAgent", "User-Agent header", "user_agent.original"),
  field("requestBodyBytes", "int", "Size of the request's body as transferred", {
    otel: "http.request.body.size",
    optional: true,
  }),
  field("responseBodyBytes", "int", "Size of the response's body as transferred", {
    otel: "http.response.body.size",
    optional: true,
  }),
  text("upgrade", "Protocol that the connection was upgraded to", "http.response.header.upgrade"),
  field("interimResponses", "int", "Interim responses (1xx) before the answer", {
    otel: "weir.http.interim_responses",
    optional: true,
  }),
  field("interimStatusCodes", "string", "Status codes of the interim responses", {
    otel: "weir.http.interim_status_codes",
    optional: true,
    cardinality: "few",
  }),
  field("continueWaitNs", "int", "From the request's head to the 100 (Continue) that it expected, in nanoseconds", {
    otel: "weir.http.continue_wait_ns",
    optional: true,
  }),
  ...HEADER_FIELDS,
] as const;
