import { DISAGREEMENT_SUBJECTS, JOIN_CLASSES, JOIN_REASONS } from "@weir/model";
import { z } from "zod";

const moment = z.string().meta({ format: "date-time" });
const ns = z.number().describe("Nanoseconds");

const disagreementSchema = z.object({
  subject: z.enum(DISAGREEMENT_SUBJECTS),
  end: z.enum(["client", "server"]).describe("Whose span it is"),
  span: z.string().describe("What the span says"),
  wire: z.string().describe("What the packets do"),
});

const clockSchema = z.object({
  of: z.string(),
  against: z.string(),
  offsetNs: z.number().describe("Clock of `of` less clock of `against`; shown, and never applied to a time"),
  uncertaintyNs: z.number(),
});

const splitSchema = z.object({
  clientQueueNs: ns,
  networkOutNs: ns,
  serverNs: ns,
  networkBackNs: ns,
  clientReadNs: ns,
  serverSpanNs: ns.optional(),
  networkBy: z.enum(["twoVantages", "roundTrip", "unknown"]).describe("How the network's share is known"),
  clocks: z.array(clockSchema),
});

const hopSchema = z.object({
  callIds: z.array(z.string()).describe("The call as each vantage saw it, nearest to the client first"),
  clientService: z.string(),
  serverService: z.string(),
  protocol: z.string(),
  operation: z.string(),
  target: z.string(),
  status: z.string(),
  statusCode: z.string(),
  startedAt: moment,
  durationNs: ns.optional(),
});

/** One exchange: what applications reported of it, and what the wire carried. */
export const joinedExchangeSchema = z.object({
  class: z.enum(JOIN_CLASSES),
  reason: z.enum(JOIN_REASONS),
  clientSpanId: z.string().optional(),
  serverSpanId: z.string().optional(),
  hops: z.array(hopSchema),
  attempt: z.number().int(),
  attempts: z.number().int(),
  disagreements: z.array(disagreementSchema),
  split: splitSchema.optional(),
  connectionIds: z.array(z.string()).describe("Connections that show why a span has no packets"),
  hints: z
    .array(z.object({ callId: z.string(), probability: z.number() }))
    .describe("Calls that may be the span's, by time and place only"),
});
export type JoinedExchangeJson = z.infer<typeof joinedExchangeSchema>;

/** A row of the joined trace, behind its parent: a span, a hop that the wire saw, or a call that may belong there. */
export const joinedRowSchema = z.object({
  kind: z.enum(["span", "hop", "hint"]),
  depth: z.number().int(),
  spanId: z.string().optional(),
  callId: z.string().optional(),
  exchange: z.number().int().optional().describe("Index of its exchange"),
  service: z.string(),
  label: z.string(),
  startedAt: moment,
  durationNs: ns,
  isFailed: z.boolean(),
  probability: z.number().optional().describe("Of a hint: how likely it belongs there; never drawn as fact"),
});
export type JoinedRow = z.infer<typeof joinedRowSchema>;

export const joinCountsSchema = z.object(
  Object.fromEntries(JOIN_CLASSES.map((name) => [name, z.number().int()])) as Record<
    (typeof JOIN_CLASSES)[number],
    z.ZodInt
  >,
);

export const joinedTraceSchema = z.object({
  traceId: z.string(),
  counts: joinCountsSchema.describe("Exchanges by class"),
  rows: z.array(joinedRowSchema),
  exchanges: z.array(joinedExchangeSchema),
  isCut: z.boolean().describe("True where there was more than is joined"),
});
export type JoinedTrace = z.infer<typeof joinedTraceSchema>;
