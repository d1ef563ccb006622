import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const count = (name: string, meaning: string, otel: string) =>
  field(name, "int", meaning, { otel, optional: true, unit: "count" });
const bytes = (name: string, meaning: string, otel: string) =>
  field(name, "int", meaning, { otel, optional: true, unit: "bytes" });
const word = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "few" });

/** What calls of gRPC carry, beside what HTTP says of them. */
export const grpcRecord = {
  id: "grpc",
  protocol: "grpc",
  name: "gRPC",
  fields: [
    word("system", "Always grpc", "rpc.system.name"),
    word("service", "Full name of the service", "rpc.service"),
    word("method", "Full name of the method: service, slash, method", "rpc.method"),
    word("statusCode", "Name of the status", "rpc.status_code"),
    word(
      "statusSource",
      "How the status is known: trailers (grpc-status), http (of the HTTP status), reset (of RST_STREAM), deadline (the client gave up when its time was over)",
      "weir.grpc.status_source",
    ),
    field("message", "string", "grpc-message, decoded", {
      otel: "weir.grpc.message",
      optional: true,
      cardinality: "unbounded",
      sensitivity: "internal",
    }),
    word("variant", "How it went over HTTP: grpc, grpc-web, grpc-web-text, connect", "weir.grpc.variant"),
    word("kind", "unary, clientStream, serverStream, bidi: by the messages that were seen", "weir.grpc.kind"),
    field("timeoutNs", "int", "grpc-timeout: how long the client will wait", {
      otel: "weir.grpc.timeout_ns",
      optional: true,
      unit: "ns",
    }),
    field("previousAttempts", "int", "grpc-previous-rpc-attempts: attempts before this one, as the client counted", {
      otel: "http.request.header.grpc-previous-rpc-attempts",
      optional: true,
      unit: "count",
    }),
    word("requestEncoding", "Compression of the request's messages", "weir.grpc.request.encoding"),
    word("responseEncoding", "Compression of the response's messages", "weir.grpc.response.encoding"),
    count("requestMessages", "Messages that the client sent", "weir.grpc.request.messages"),
    count("responseMessages", "Messages that the server sent", "weir.grpc.response.messages"),
    bytes(
      "requestMessageBytes",
      "Size of the client's messages together, as transferred",
      "weir.grpc.request.message_bytes",
    ),
    bytes(
      "responseMessageBytes",
      "Size of the server's messages together, as transferred",
      "weir.grpc.response.message_bytes",
    ),
    bytes("requestLargestBytes", "Size of the client's largest message", "weir.grpc.request.largest_message_bytes"),
    bytes("responseLargestBytes", "Size of the server's largest message", "weir.grpc.response.largest_message_bytes"),
    field("streamId", "int", "Number of the HTTP/2 stream", { otel: "weir.http2.stream_id", optional: true }),
    word("errorCode", "Error code of the RST_STREAM that ended it", "weir.http2.error_code"),
    word("host", "Authority of the request", "http.request.header.host"),
    word("userAgent", "User-Agent header", "user_agent.original"),
  ],
} as const satisfies ProtocolRecord;
