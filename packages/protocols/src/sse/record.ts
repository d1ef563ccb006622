import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

/** What calls that are streams of events carry beside what HTTP's carry. */
export const sseRecord = {
  id: "sse",
  protocol: "sse",
  name: "Server-sent events",
  fields: [
    field("shownEvents", "int", "Events in the kept beginning of the stream", {
      otel: "weir.sse.shown_events",
      optional: true,
    }),
    field("eventTypes", "string", "Types of these events, separated by commas; those without a name are `message`", {
      otel: "weir.sse.event_types",
      optional: true,
    }),
    field("lastEventId", "string", "Last id that these events set", {
      otel: "weir.sse.last_event_id",
      optional: true,
      cardinality: "unbounded",
    }),
    field("resumedFrom", "string", "Last-Event-ID header: behind which event the client goes on", {
      otel: "http.request.header.last-event-id",
      optional: true,
      cardinality: "unbounded",
    }),
    field("retryMs", "int", "How long the client shall wait before it connects again, in milliseconds", {
      otel: "weir.sse.retry_ms",
      optional: true,
    }),
  ],
} as const satisfies ProtocolRecord;
