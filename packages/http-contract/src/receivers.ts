import { z } from "zod";

const count = z.number().int();
const lastSeen = {
  example: z.string().describe("What was wrong with the last of them"),
  lastAt: z.string().meta({ format: "date-time" }),
};

/** What one receiver took and what it did not, since the hub started. */
const receiverCountsSchema = z.object({
  requests: count.describe("Requests, datagrams, or pieces of connections"),
  bytes: count.describe("Their bytes, before compression"),
  repeatedRequests: count.describe("Requests that came again although they had been taken: stored once"),
  kept: z.array(z.object({ table: z.string(), items: count })).describe("Items that the store has acknowledged"),
  drops: z
    .array(z.object({ reason: z.string(), items: count, ...lastSeen }))
    .describe("Items that are lost, by reason; the others of their batch are kept"),
  turnedAway: z
    .array(z.object({ reason: z.string(), requests: count, ...lastSeen }))
    .describe("Whole requests that were not taken; busy and notAcknowledged ones are to be sent again"),
});
export type ReceiverCounts = z.infer<typeof receiverCountsSchema>;

const receiverStateSchema = receiverCountsSchema.extend({
  name: z.string(),
  title: z.string(),
  transport: z.enum(["http", "grpc", "udp", "tcp", "tls"]),
  address: z.string().optional().describe("Where it listens, or whom it asks; absent where it does not"),
  problem: z.string().optional().describe("Why it does not listen, and what to do; or who does not answer, and why"),
});
export type ReceiverState = z.infer<typeof receiverStateSchema>;

const decided = z.object({ traces: count, spans: count });
const samplingSchema = z.object({
  tracesPerSecond: z.number().describe("Traces that are kept per second, without those that are kept in any case"),
  roundSeconds: z.number().describe("A trace waits for one to two of these"),
  waitingTraces: count,
  waitingSpans: count,
  waitingBytes: count.describe("On the hub's disk; acknowledged"),
  maxWaitingBytes: count.describe("From there on requests are turned away"),
  kept: z
    .array(decided.extend({ reason: z.enum(["error", "evidence", "slow", "rare", "budget"]) }))
    .describe("Decided since the hub started; evidence: packets of it prove a finding, or show a failure"),
  dropped: decided.describe("Left out; those that are kept stand for them"),
  lateSpansKept: count.describe("Came after their trace was decided, and followed it"),
  lateSpansDropped: count,
  refusedSpans: count.describe("Spans of kept traces that the store would not take"),
  uncomparedSpans: count.describe("Of operations beyond the limit: neither slow nor rare"),
  problem: z.string().optional().describe("What is in the way of deciding, or storing"),
});
export type SamplingView = z.infer<typeof samplingSchema>;

/** What one way out has sent, and what it has not, since the program started. */
export const exportStateSchema = z.object({
  name: z.string().describe("otlp-traces, otlp-logs, otlp-metrics, ipfix, netflow9"),
  title: z.string(),
  target: z.string().describe("Where it is sent"),
  sent: count.describe("Spans, log records, points or flow records that were taken; of datagrams: that were sent"),
  waiting: count.describe("Those that wait for the receiver"),
  drops: z
    .array(z.object({ reason: z.string(), items: count, ...lastSeen }))
    .describe("Those that are lost, by reason"),
  problem: z.string().optional().describe("Why nothing is taken at the moment"),
  lastError: z
    .object({ message: z.string(), at: z.string().meta({ format: "date-time" }) })
    .optional()
    .describe("What went wrong last, over or not"),
});
export type ExportState = z.infer<typeof exportStateSchema>;

export const receiversSchema = z.object({
  items: z.array(receiverStateSchema),
  exports: z.array(exportStateSchema).describe("Ways out, to others"),
  queue: z.object({
    queuedRows: count.describe("Rows that wait for the store"),
    queuedBytes: count,
    maxQueuedBytes: count.describe("From there on requests are turned away"),
    problem: z.string().optional().describe("What the store says where it cannot take rows"),
  }),
  sampling: samplingSchema.optional().describe("Which traces are kept; absent where all are"),
});
export type ReceiversView = z.infer<typeof receiversSchema>;
