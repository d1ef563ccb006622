import { ATTEMPT_EVIDENCE, CALL_STATUSES } from "./call.ts";
import { field, type RecordDefinition, type RecordOf } from "./field.ts";
import { GRADES } from "./grade.ts";

/** How a client waits between attempts, fitted to the gaps that were seen. */
export const BACKOFFS = [
  /** At once. */
  "immediate",
  /** The same time again and again. */
  "fixed",
  /** Each time longer by the same factor. */
  "exponential",
  /** Longer and longer, with chance in it. */
  "exponentialJitter",
  /** About the same, with chance in it. */
  "jitter",
  /** The next attempt begins before the last one was seen to end: hedged requests, or an end that was held back (a closed window delays a FIN). */
  "overlapping",
  /** Too few gaps to tell. */
  "unknown",
] as const;
export type Backoff = (typeof BACKOFFS)[number];

const fields = [
  field("captureId", "string", "The capture it was seen in", { otel: "weir.capture.id" }),
  field("retryId", "string", "Identity: that of its first attempt that was seen", { otel: "weir.retry.id" }),
  field("protocol", "string", "Application protocol", { cardinality: "few", otel: "network.protocol.name" }),
  field("operation", "string", "What was asked", { cardinality: "few", otel: "weir.call.operation" }),
  field("target", "string", "Of what it was asked", {
    cardinality: "unbounded",
    otel: "weir.call.target",
    sensitivity: "internal",
  }),
  field("clientService", "string", "Name of the client's service", {
    otel: "weir.client.service.name",
    sensitivity: "internal",
  }),
  field("serverService", "string", "Name of the server's service", {
    otel: "weir.server.service.name",
    sensitivity: "internal",
  }),
  field("serverPort", "int", "Port of the server", { otel: "server.port" }),
  field("startedAt", "time", "First byte of the first attempt's request", { otel: "weir.retry.start" }),
  field("durationNs", "int", "From there to the end of the last attempt: how long the caller waited", { unit: "ns" }),
  field(
    "attempts",
    "int",
    "Attempts, the first one included; by the counting header where it says more than was seen",
    {
      unit: "count",
    },
  ),
  field("outcome", "string", "Status of the last attempt: of the logical call", {
    values: CALL_STATUSES,
    cardinality: "few",
    otel: "weir.retry.outcome",
  }),
  field("callIds", "string[]", "The attempts that were seen, in order"),
  field(
    "failures",
    "string[]",
    "Why each of them failed, in order: a status code, or timeout, clientGaveUp, serverClosed; empty where it did not",
  ),
  field("gapsNs", "int[]", "From the end of each attempt to the beginning of the next; negative where they overlap", {
    unit: "ns",
  }),
  field("evidence", "string", "By what they are known to belong together: the weakest that was needed", {
    values: ATTEMPT_EVIDENCE,
    cardinality: "few",
  }),
  field("backoff", "string", "How the client waits between attempts", { values: BACKOFFS, cardinality: "few" }),
  field("backoffBaseNs", "int", "Of a fitted back-off: the first wait", { unit: "ns", optional: true }),
  field("backoffFactor", "float", "Of an exponential back-off: how many times longer each wait is", { optional: true }),
  field("grade", "string", "How far its numbers can be trusted", { values: GRADES, cardinality: "few" }),
  field("gradeReasons", "string[]", "Why not whole"),
] as const;

/** One logical call that took more than one attempt. */
export const retryRecord = {
  name: "retry",
  table: "retries",
  meaning: "One logical call that took more than one attempt, known by evidence.",
  fields,
} as const satisfies RecordDefinition;

export type Retry = RecordOf<typeof fields>;
