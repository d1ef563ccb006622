import { type Decoded, items, manyNested, message, nested, one } from "../message/message.ts";
import { enumeration, fixed32, fixed64, hex, text } from "../message/scalar.ts";
import { anyValue, keyValue, resource, scope } from "./common.ts";

/** Messages of opentelemetry/proto/logs/v1. */

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const severityNumber = enumeration([
  "SEVERITY_NUMBER_UNSPECIFIED",
  ...LEVELS.flatMap((level) => ["", "2", "3", "4"].map((step) => `SEVERITY_NUMBER_${level}${step}`)),
]);

const logRecord = message("LogRecord", {
  timeUnixNano: one(1, fixed64),
  severityNumber: one(2, severityNumber),
  severityText: one(3, text),
  body: nested(5, () => anyValue),
  attributes: manyNested(6, () => keyValue),
  flags: one(8, fixed32),
  traceId: one(9, hex),
  spanId: one(10, hex),
  observedTimeUnixNano: one(11, fixed64),
  eventName: one(12, text),
});
const scopeLogs = message("ScopeLogs", {
  scope: nested(1, () => scope),
  logRecords: items(2, () => logRecord),
  schemaUrl: one(3, text),
});
const resourceLogs = message("ResourceLogs", {
  resource: nested(1, () => resource),
  scopeLogs: items(2, () => scopeLogs),
  schemaUrl: one(3, text),
});

export const exportLogsServiceRequest = message("ExportLogsServiceRequest", {
  resourceLogs: items(1, () => resourceLogs),
});
export type LogRecord = Decoded<typeof logRecord>;
