import type { Call } from "@weir/model";

/** The same call without its bodies. A body that nobody asked for is one that is longer than the limit. */
export function withoutBodies(call: Call): Call {
  if (call.requestBody === undefined && call.responseBody === undefined) return call;
  return { ...call, requestBody: undefined, responseBody: undefined, bodyTruncated: true };
}
