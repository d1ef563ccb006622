import type { CallStatus } from "@weir/model";

/** Statuses of a response's header, with whose fault they are. */
const STATUSES: Readonly<Record<number, readonly [string, CallStatus]>> = {
  20: ["OK", "ok"],
  25: ["SERIALIZATION_ERROR", "serverError"],
  30: ["CLIENT_TIMEOUT", "timeout"],
  31: ["SERVER_TIMEOUT", "serverError"],
  35: ["CHANNEL_INACTIVE", "serverError"],
  40: ["BAD_REQUEST", "clientError"],
  50: ["BAD_RESPONSE", "serverError"],
  60: ["SERVICE_NOT_FOUND", "clientError"],
  70: ["SERVICE_ERROR", "serverError"],
  80: ["SERVER_ERROR", "serverError"],
  90: ["CLIENT_ERROR", "clientError"],
  100: ["SERVER_THREADPOOL_EXHAUSTED_ERROR", "serverError"],
  105: ["NETWORK_ERROR", "serverError"],
};

/** The status's name and whose fault it is; one without a name is taken for the server's. */
export function outcomeOf(code: number): { readonly name: string; readonly status: CallStatus } {
  const [name = String(code), status = "serverError" as const] = STATUSES[code] ?? [];
  return { name, status };
}
