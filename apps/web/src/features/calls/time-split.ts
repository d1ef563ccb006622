import type { CallJson } from "../../lib/api.ts";

export type TimeKind = "requestNs" | "networkNs" | "serverThinkNs" | "waitNs" | "responseNs" | "clientReadNs";

/** One part of a call's time. */
export interface TimePart {
  readonly kind: TimeKind;
  readonly durationNs: number;
  readonly words: string;
}

/** What is known of a call's time beside the parts of its duration. */
export interface TimeBeside {
  readonly words: string;
  /** Absent where it is not known. */
  readonly durationNs?: number | undefined;
}

type Timed = Pick<
  CallJson,
  "durationNs" | "requestNs" | "waitNs" | "serverThinkNs" | "networkNs" | "responseNs" | "clientReadNs"
>;

/**
 * Where a call's time went, in order. Waiting is split in network and server where the connection's round trip is known, the response in what the
 * server sent and what the client's window held up. Empty where no answer was seen: then there is no end to measure to.
 */
export function splitTime(call: Timed): readonly TimePart[] {
  const { durationNs, requestNs, waitNs, serverThinkNs, networkNs, responseNs = 0, clientReadNs = 0 } = call;
  if (durationNs === undefined || waitNs === undefined) return [];
  const waiting: readonly TimePart[] =
    serverThinkNs === undefined || networkNs === undefined
      ? [{ kind: "waitNs", durationNs: waitNs, words: "waiting: network and server" }]
      : [
          { kind: "networkNs", durationNs: networkNs, words: "network there and back" },
          { kind: "serverThinkNs", durationNs: serverThinkNs, words: "server thinking" },
        ];
  return [
    { kind: "requestNs", durationNs: requestNs, words: "client sending" },
    ...waiting,
    { kind: "responseNs", durationNs: Math.max(0, responseNs - clientReadNs), words: "server sending" },
    ...(call.clientReadNs === undefined
      ? []
      : [{ kind: "clientReadNs", durationNs: clientReadNs, words: "client reading" } as const]),
  ];
}

/** What the client's side of the vantage adds: it is not in the call's duration. */
export function timeBeside({
  clientNetworkNs,
  responseAckNs,
}: Pick<CallJson, "clientNetworkNs" | "responseAckNs">): readonly TimeBeside[] {
  return [
    { words: "on top: network to the client and back", durationNs: clientNetworkNs },
    { words: "last byte acknowledged after", durationNs: responseAckNs },
  ];
}
