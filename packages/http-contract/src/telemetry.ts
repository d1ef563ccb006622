import { z } from "zod";

const moment = z.string().meta({ format: "date-time" });
const attributesSchema = z.record(z.string(), z.string());
const optionalText = z.string().optional();

/** What lists of telemetry take: where from, where to, how many. */
export const telemetryQuery = z.object({
  service: optionalText.describe("Name of a service"),
  from: optionalText.describe("Not before this moment, RFC 3339"),
  to: optionalText.describe("Not after this moment, RFC 3339"),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  offset: z.coerce.number().int().min(0).default(0),
});

/** A list whose length is not counted. */
export const openPage = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), hasMore: z.boolean().describe("True where more follow") });

/** A trace in a list. */
export const traceSummarySchema = z.object({
  traceId: z.string(),
  rootService: z.string().describe("Service of the first span; of the earliest where the first is missing"),
  rootOperation: z.string(),
  startedAt: moment,
  durationNs: z.number().describe("From the begin of the first to the end of the last span"),
  spans: z.number().int(),
  errors: z.number().int().describe("Spans that failed"),
  services: z.array(z.string()),
});
export type TraceSummary = z.infer<typeof traceSummarySchema>;

export const spanSchema = z.object({
  spanId: z.string(),
  parentSpanId: optionalText,
  service: z.string(),
  operation: z.string(),
  kind: z.string().describe("Server, Client, Internal, Producer, Consumer or Unspecified"),
  startedAt: moment,
  durationNs: z.number(),
  status: z.enum(["Unset", "Ok", "Error"]),
  statusMessage: z.string(),
  attributes: attributesSchema,
  resourceAttributes: attributesSchema,
  scopeName: z.string(),
  scopeVersion: z.string(),
  events: z.array(z.object({ at: moment, name: z.string(), attributes: attributesSchema })),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string(), attributes: attributesSchema })),
});
export type Span = z.infer<typeof spanSchema>;

export const traceSchema = z.object({
  traceId: z.string(),
  spans: z.array(spanSchema).describe("Earliest first"),
  isCut: z.boolean().describe("True where the trace has more spans than are shown"),
});
export type Trace = z.infer<typeof traceSchema>;

export const logRecordSchema = z.object({
  at: moment,
  service: z.string(),
  severityText: z.string(),
  severityNumber: z.number().int().describe("1 to 24, 0 unknown; 17 and more are errors"),
  body: z.string(),
  traceId: optionalText,
  spanId: optionalText,
  eventName: optionalText,
  attributes: attributesSchema,
  resourceAttributes: attributesSchema,
});
export type LogRecord = z.infer<typeof logRecordSchema>;
