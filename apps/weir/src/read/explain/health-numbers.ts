import { formatCount, formatDurationNs, formatRatio } from "@weir/base";
import { type Connection, connectionRecord, type Field } from "@weir/model";

/** Fields that say who, when and how it ended; all others are health numbers. */
const OTHER_FIELDS: ReadonlySet<string> = new Set<keyof Connection>([
  "captureId",
  "connectionId",
  "transport",
  "streamNumber",
  "protocol",
  "clientAddress",
  "clientPort",
  "clientService",
  "serverAddress",
  "serverPort",
  "serverService",
  "directionScore",
  "directionEvidence",
  "startedAt",
  "durationNs",
  "firstPacket",
  "lastPacket",
  "firstFileOffset",
  "lastFileOffset",
  "vlanId",
  "tunnel",
  "completeness",
  "unreachableCode",
  "closedBy",
  "closedAfterNs",
  "closeReason",
  "handshakeVerdict",
  "failingVerdict",
  "slowVerdict",
  "evidencePackets",
  "calls",
  "callErrors",
  "tlsServerName",
  "grade",
  "gradeReasons",
]);

/** The model's fields that measure a connection's health, in its order. */
export const HEALTH_FIELDS: readonly Field[] = connectionRecord.fields.filter(({ name }) => !OTHER_FIELDS.has(name));

/** A connection's health numbers, those that say something apart from those that do not. */
export interface HealthNumbers {
  readonly measured: readonly { readonly field: Field; readonly text: string }[];
  /** Names of the fields whose value is zero. */
  readonly zero: readonly string[];
  /** Names of the fields that the capture does not tell. */
  readonly unknown: readonly string[];
}

/** Sorts the health numbers of a connection by what they say. */
export function healthNumbersOf(connection: Connection): HealthNumbers {
  const values = new Map<string, unknown>(Object.entries(connection));
  const measured: { readonly field: Field; readonly text: string }[] = [];
  const zero: string[] = [];
  const unknown: string[] = [];
  for (const field of HEALTH_FIELDS) {
    const value = values.get(field.name);
    if (value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) unknown.push(field.name);
    else if (value === 0) zero.push(field.name);
    else measured.push({ field, text: typeof value === "number" ? formatValue(value, field) : listed(value) });
  }
  return { measured, zero, unknown };
}

function listed(value: unknown): string {
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** Bytes are not rounded: a segment size of 1460 says more than 1.43 KiB. */
function formatValue(value: number, { unit }: Field): string {
  if (unit === "ns") return formatDurationNs(value);
  if (unit === "bytes") return `${formatCount(value)} B`;
  return unit === "ratio" ? formatRatio(value) : formatCount(value);
}
