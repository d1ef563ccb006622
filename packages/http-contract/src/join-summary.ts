import { DISAGREEMENT_SUBJECTS, type Finding, JOIN_REASONS } from "@weir/model";
import { z } from "zod";
import { joinCountsSchema } from "./joined-trace.ts";
import { findingSchema, type Json } from "./records.ts";

const count = z.number().int();

const joinedEdgeSchema = z.object({
  clientService: z.string(),
  serverService: z.string().describe("Empty where neither packets nor the span tell"),
  serverPort: count,
  exchanges: count,
  classes: joinCountsSchema,
  reasons: z.array(z.object({ reason: z.enum(JOIN_REASONS), exchanges: count })),
  contradictions: z.array(z.object({ subject: z.enum(DISAGREEMENT_SUBJECTS), exchanges: count })),
  withoutClientSpan: count.describe("On the wire, without a span of its client"),
  withoutServerSpan: count.describe("On the wire, without a span of its server"),
  clientQueueNs: z.number().optional().describe("Median of what requests waited in the client; nanoseconds"),
  exampleTraceIds: z.array(z.string()).describe("Traces with exchanges that are not matched"),
});

const joinedServiceSchema = z.object({
  service: z.string(),
  answered: count.describe("Requests with a trace's context, of traces that somebody reported"),
  withSpan: count.describe("Of those, with a span of its own"),
  passedOn: count.describe("Of those, passed on with the context as it came"),
});

const joinedClockSchema = z.object({
  of: z.string(),
  against: z.string(),
  count,
  offsetNs: z
    .number()
    .describe("Clock of `of` less clock of `against`, the median; shown, and never applied to a time"),
  uncertaintyNs: z.number(),
});

/** Many traces joined with what the wire carried of them. */
export const joinSummarySchema = z.object({
  range: z.object({ from: z.string(), to: z.string() }),
  traces: count.describe("Traces that were joined: a sample, chosen by the hash of their id, where there are more"),
  tracesInAll: count,
  isCut: z.boolean().describe("True where a part of them had more spans or calls than are read"),
  counts: joinCountsSchema.describe("Exchanges by class"),
  exchangesOverLimit: count.describe("Exchanges of edges beyond those that are told apart"),
  edges: z.array(joinedEdgeSchema).describe("The busiest first"),
  services: z.array(joinedServiceSchema),
  clocks: z.array(joinedClockSchema),
  findings: z.array(findingSchema).describe("What follows from it"),
});
export type JoinSummaryJson = Omit<z.infer<typeof joinSummarySchema>, "findings"> & {
  readonly findings: readonly Json<Finding>[];
};
