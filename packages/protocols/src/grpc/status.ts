import type { CallStatus } from "@weir/model";

/** Status codes of gRPC by their number, with what they are on the common scale. */
const STATUSES: readonly (readonly [name: string, status: CallStatus])[] = [
  ["OK", "ok"],
  ["CANCELLED", "aborted"],
  ["UNKNOWN", "serverError"],
  ["INVALID_ARGUMENT", "clientError"],
  ["DEADLINE_EXCEEDED", "timeout"],
  ["NOT_FOUND", "clientError"],
  ["ALREADY_EXISTS", "clientError"],
  ["PERMISSION_DENIED", "clientError"],
  ["RESOURCE_EXHAUSTED", "serverError"],
  ["FAILED_PRECONDITION", "clientError"],
  ["ABORTED", "serverError"],
  ["OUT_OF_RANGE", "clientError"],
  ["UNIMPLEMENTED", "clientError"],
  ["INTERNAL", "serverError"],
  ["UNAVAILABLE", "serverError"],
  ["DATA_LOSS", "serverError"],
  ["UNAUTHENTICATED", "clientError"],
];

/** What clients make of HTTP status codes where no `grpc-status` came (gRPC's http-grpc-status-mapping); others are UNKNOWN. */
const BY_HTTP_STATUS: ReadonlyMap<number, string> = new Map([
  [400, "INTERNAL"],
  [401, "UNAUTHENTICATED"],
  [403, "PERMISSION_DENIED"],
  [404, "UNIMPLEMENTED"],
  [429, "UNAVAILABLE"],
  [502, "UNAVAILABLE"],
  [503, "UNAVAILABLE"],
  [504, "UNAVAILABLE"],
]);

/** What clients make of the error codes of RST_STREAM (gRPC over HTTP2, "Errors"); others are INTERNAL. */
const BY_HTTP2_ERROR: ReadonlyMap<string, string> = new Map([
  ["REFUSED_STREAM", "UNAVAILABLE"],
  ["CANCEL", "CANCELLED"],
  ["ENHANCE_YOUR_CALM", "RESOURCE_EXHAUSTED"],
  ["INADEQUATE_SECURITY", "PERMISSION_DENIED"],
]);

const BY_NAME: ReadonlyMap<string, CallStatus> = new Map(STATUSES);

/** Name of the number that stands in `grpc-status`; a number without a name stays a number. */
export function statusName(number: string): string {
  return STATUSES[Number(number)]?.[0] ?? number;
}

/** A status on the common scale; one that nobody knows is the server's fault. */
export function callStatusOf(name: string): CallStatus {
  return BY_NAME.get(name) ?? "serverError";
}

export function statusOfHttp(statusCode: number): string {
  return BY_HTTP_STATUS.get(statusCode) ?? "UNKNOWN";
}

export function statusOfReset(errorCode: string): string {
  return BY_HTTP2_ERROR.get(errorCode) ?? "INTERNAL";
}

const UNIT_NS: Readonly<Record<string, number>> = {
  H: 3_600e9,
  M: 60e9,
  S: 1e9,
  m: 1e6,
  u: 1e3,
  n: 1,
};

/** `grpc-timeout` in nanoseconds: at most eight digits and a unit. */
export function timeoutNsOf(text: string): number | undefined {
  const [, digits, unit = ""] = /^(\d{1,8})([HMSmun])$/.exec(text) ?? [];
  const perUnit = UNIT_NS[unit];
  return digits === undefined || perUnit === undefined ? undefined : Number(digits) * perUnit;
}

/** `grpc-message`, whose characters beyond plain ASCII are percent-encoded; what is badly encoded stays. */
export function decodeStatusMessage(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
