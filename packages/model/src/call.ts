import { field, type RecordDefinition, type RecordOf } from "./field.ts";
import { GRADES } from "./grade.ts";
import { TRANSPORTS } from "./transport.ts";

/** Who ended an exchange that was not answered whole; empty where it was answered, or where neither end did. */
export const CALL_ENDERS = ["", "client", "server"] as const;
export type CallEnder = (typeof CALL_ENDERS)[number];

/** By what calls are known to be attempts of one logical call, the surest first. */
export const ATTEMPT_EVIDENCE = [
  "",
  /** A header counts them: x-envoy-attempt-count, grpc-previous-rpc-attempts. */
  "attemptHeader",
  /** The same trace id and parent span: a proxy below the span tries again. */
  "sameSpan",
  /** The same idempotency key, or the protocol's own number for a write (MongoDB's lsid and txnNumber, Kafka's producer and sequence). */
  "idempotencyKey",
  /** The same X-Request-ID. */
  "requestId",
  /** The same trace, asking the same again after a failure. */
  "sameTrace",
  /** The same client asks the same server the same, with the same body, soon after a failure. */
  "sameRequest",
] as const;
export type AttemptEvidence = (typeof ATTEMPT_EVIDENCE)[number];

/** One scale for all protocols. */
export const CALL_STATUSES = ["ok", "clientError", "serverError", "timeout", "aborted", "unknown"] as const;
export type CallStatus = (typeof CALL_STATUSES)[number];

const fields = [
  field("captureId", "string", "The capture it was seen in", { otel: "weir.capture.id" }),
  field("callId", "string", "Identity: connection and number on it", { otel: "weir.call.id" }),
  field("connectionId", "string", "The connection that carried it", { otel: "weir.connection.id" }),
  field("transport", "string", "Transport protocol", {
    values: TRANSPORTS,
    cardinality: "few",
    otel: "network.transport",
  }),
  field("streamNumber", "int", "Stream number as Wireshark shows it", { wireshark: "tcp.stream" }),
  field("protocol", "string", "Application protocol", { cardinality: "few", otel: "network.protocol.name" }),
  field("operation", "string", "What was asked, in the protocol's words: GET, A, ClientHello", {
    cardinality: "few",
    otel: "weir.call.operation",
  }),
  field("target", "string", "Of what it was asked: path, name, table", {
    cardinality: "unbounded",
    otel: "weir.call.target",
    sensitivity: "internal",
  }),
  field("status", "string", "Outcome on the common scale", {
    values: CALL_STATUSES,
    cardinality: "few",
    otel: "weir.call.status",
  }),
  field("statusCode", "string", "Outcome in the protocol's own terms: 503, NXDOMAIN, handshake_failure", {
    cardinality: "few",
    otel: "weir.call.status_code",
  }),
  field("clientAddress", "string", "Address of the client", { otel: "client.address", sensitivity: "internal" }),
  field("clientPort", "int", "Port of the client", { otel: "client.port" }),
  field("clientService", "string", "Name of the client's service", {
    otel: "weir.client.service.name",
    sensitivity: "internal",
  }),
  field("serverAddress", "string", "Address of the server", { otel: "server.address", sensitivity: "internal" }),
  field("serverPort", "int", "Port of the server", { otel: "server.port" }),
  field("serverService", "string", "Name of the server's service", {
    otel: "weir.server.service.name",
    sensitivity: "internal",
  }),
  field("startedAt", "time", "Time of the first byte of the request", { otel: "weir.call.start" }),
  field("durationNs", "int", "First byte of the request to last byte of the response", { unit: "ns", optional: true }),
  field("requestNs", "int", "First to last byte of the request: the client sending", { unit: "ns" }),
  field(
    "waitNs",
    "int",
    "Last byte of the request to first byte of the response: network there and back, and the server thinking",
    { unit: "ns", optional: true },
  ),
  field("serverThinkNs", "int", "Wait less the connection's smallest round trip to the server: the server thinking", {
    unit: "ns",
    optional: true,
  }),
  field(
    "networkNs",
    "int",
    "The rest of the wait: the network between the vantage and the server, there and back. Which way took longer cannot be told from one place",
    { unit: "ns", optional: true },
  ),
  field(
    "clientNetworkNs",
    "int",
    "The network between the vantage and the client, there and back: the connection's smallest round trip on that side. The client waits so much longer than durationNs says",
    { unit: "ns", optional: true },
  ),
  field(
    "responseNs",
    "int",
    "First to last byte of the response: the server sending, and the client reading where that held it up",
    { unit: "ns", optional: true },
  ),
  field(
    "clientReadNs",
    "int",
    "Of the response's time: for how long the client's receive window was closed, or too small for another segment, and the server waited: the client reading. Zero where its buffer took everything as it came",
    { unit: "ns", optional: true },
  ),
  field(
    "responseAckNs",
    "int",
    "Last byte of the response to the client's acknowledgement of it: the way to the client and back, how long it delays acknowledgements, and losses behind the vantage. Absent where it did not come within a second, or was not seen",
    { unit: "ns", optional: true },
  ),
  field(
    "timeGrade",
    "string",
    "How much of the split of durationNs is known: whole; partial where the share of the network or of the client's reading is not; unknown without a whole answer",
    { values: GRADES, cardinality: "few" },
  ),
  field("requestBytes", "int", "Bytes of the request, headers included", { unit: "bytes" }),
  field("responseBytes", "int", "Bytes of the response, headers included", { unit: "bytes" }),
  field("requestPackets", "int[]", "First and last packet of the request", { wireshark: "frame.number" }),
  field("responsePackets", "int[]", "First and last packet of the response; empty where none", {
    wireshark: "frame.number",
  }),
  field(
    "endedBy",
    "string",
    "Who ended an exchange that was not answered whole: the client gave up, or the server closed",
    {
      values: CALL_ENDERS,
      cardinality: "few",
      otel: "weir.call.ended_by",
    },
  ),
  field("abandonedAfterNs", "int", "Last byte of the request to that end, where no answer came", {
    unit: "ns",
    optional: true,
  }),
  field("attempt", "int", "Number of this attempt of one logical call, from 1, as far as earlier ones are known", {
    otel: "weir.call.attempt",
  }),
  field("firstAttemptId", "string", "Of a further attempt: the call that was the first one, where it was seen", {
    optional: true,
    cardinality: "unbounded",
    otel: "weir.call.first_attempt_id",
  }),
  field("attemptEvidence", "string", "By what it is known to be a further attempt", {
    values: ATTEMPT_EVIDENCE,
    cardinality: "few",
    otel: "weir.call.attempt_evidence",
  }),
  field("traceId", "string", "Trace id of the traceparent on the wire (W3C Trace Context)", {
    optional: true,
    cardinality: "unbounded",
    otel: "trace_id",
  }),
  field("parentSpanId", "string", "Parent id of the traceparent: the client's span", {
    optional: true,
    cardinality: "unbounded",
    otel: "span_id",
  }),
  field("attributes", "map", "The protocol's own fields, by OpenTelemetry name (docs/reference/protocols.md)", {
    sensitivity: "internal",
  }),
  field("requestHeaders", "pairs", "Request headers in wire order; secrets masked", { sensitivity: "secret" }),
  field("responseHeaders", "pairs", "Response headers in wire order; secrets masked", { sensitivity: "secret" }),
  field("requestBody", "string", "Beginning of the request's body as text; binary as <N bytes of TYPE>", {
    optional: true,
    cardinality: "unbounded",
    sensitivity: "secret",
  }),
  field("responseBody", "string", "Beginning of the response's body as text; binary as <N bytes of TYPE>", {
    optional: true,
    cardinality: "unbounded",
    sensitivity: "secret",
  }),
  field("bodyTruncated", "bool", "True where a body was longer than the limit"),
  field("grade", "string", "How far its numbers can be trusted", { values: GRADES, cardinality: "few" }),
  field("gradeReasons", "string[]", "Why not whole"),
] as const;

/** One request with its response, or their absence. */
export const callRecord = {
  name: "call",
  table: "calls",
  meaning: "One request with its response, or their absence.",
  fields,
} as const satisfies RecordDefinition;

export type Call = RecordOf<typeof fields>;
