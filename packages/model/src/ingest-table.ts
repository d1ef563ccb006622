import type { RecordDefinition } from "./field.ts";
import type { OtelTable } from "./otel/index.ts";

/** A table that received rows go into: one of OpenTelemetry's, or one of Weir's own records. */
export type IngestTable = OtelTable | RecordDefinition;
