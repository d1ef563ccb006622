import { field } from "@weir/model";
import { HTTP_FIELDS } from "../common/http/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

/** What calls of HTTP/2 carry. */
export const http2Record = {
  id: "http2",
  protocol: "http",
  name: "HTTP/2",
  fields: [
    ...HTTP_FIELDS,
    field("streamId", "int", "Number of the HTTP/2 stream", {
      otel: "weir.http2.stream_id",
      optional: true,
      wireshark: "http2.streamid",
    }),
    field("errorCode", "string", "Error code of the RST_STREAM that ended it", {
      otel: "weir.http2.error_code",
      optional: true,
      cardinality: "few",
      wireshark: "http2.rst_stream.error",
    }),
    field("resetBy", "string", "Who sent the RST_STREAM: client or server", {
      otel: "weir.http2.reset_by",
      optional: true,
      cardinality: "few",
    }),
    field("goaway", "string", "Error code of a GOAWAY that came while it was open", {
      otel: "weir.http2.goaway",
      optional: true,
      cardinality: "few",
      wireshark: "http2.goaway.error",
    }),
    field(
      "retrySafe",
      "bool",
      "The server said that it did nothing with the request: REFUSED_STREAM, or a stream above a GOAWAY's last one",
      { otel: "weir.http2.retry_safe", optional: true, cardinality: "few" },
    ),
    field("pushed", "bool", "The server sent the response unasked (PUSH_PROMISE)", {
      otel: "weir.http2.pushed",
      optional: true,
      cardinality: "few",
    }),
    field("upgraded", "bool", "The request was HTTP/1's, which asked for the upgrade", {
      otel: "weir.http2.upgraded",
      optional: true,
      cardinality: "few",
    }),
    field("streamLimit", "int", "SETTINGS_MAX_CONCURRENT_STREAMS, where this stream made as many as it allows", {
      otel: "weir.http2.stream_limit",
      optional: true,
      cardinality: "few",
      unit: "count",
    }),
    field(
      "streamWindowStalls",
      "int",
      "How often the stream's flow-control window was empty while a message had to be sent on",
      { otel: "weir.http2.stream_window.stalls", optional: true, unit: "count" },
    ),
    field("streamWindowStalledNs", "int", "How long the stream's window was empty, as the vantage saw it", {
      otel: "weir.http2.stream_window.stalled_ns",
      optional: true,
      unit: "ns",
    }),
    field(
      "connectionWindowStalls",
      "int",
      "How often the connection's flow-control window was empty while a message was under way",
      { otel: "weir.http2.connection_window.stalls", optional: true, unit: "count" },
    ),
    field(
      "connectionWindowStalledNs",
      "int",
      "How long the connection's window was empty then, as the vantage saw it",
      { otel: "weir.http2.connection_window.stalled_ns", optional: true, unit: "ns" },
    ),
    field("initiator", "string", "Who began, where that was the server", {
      otel: "weir.call.initiator",
      optional: true,
      cardinality: "few",
    }),
  ],
} as const satisfies ProtocolRecord;
