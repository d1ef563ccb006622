import { encode } from "../../message/encode.ts";
import { exportLogsServiceRequest } from "../logs-messages.ts";
import { type Attributes, anyValue, byOrigin, keyValues, type Origin } from "./attributes.ts";

/** A log record that goes out; with a name of its event it is one of OpenTelemetry's events. */
export interface OutgoingLog extends Origin {
  readonly eventName: string;
  readonly atNs: bigint;
  readonly observedNs: bigint;
  /** OpenTelemetry's scale: 9 information, 13 warning, 17 error. */
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: string;
  readonly attributes: Attributes;
}

/** Log records as `ExportLogsServiceRequest` in Protocol Buffers. */
export function writeLogs(logs: readonly OutgoingLog[]): Uint8Array<ArrayBuffer> {
  return encode(exportLogsServiceRequest, {
    resourceLogs: byOrigin(logs).map(([{ resource, scope }, group]) => ({
      resource: { attributes: keyValues(resource) },
      scopeLogs: [{ scope, logRecords: group.map(logMessage) }],
    })),
  });
}

function logMessage({ atNs, observedNs, severityNumber, severityText, body, attributes, eventName }: OutgoingLog) {
  return {
    timeUnixNano: atNs,
    observedTimeUnixNano: observedNs,
    severityNumber,
    severityText,
    body: anyValue(body),
    attributes: keyValues(attributes),
    eventName,
  };
}
