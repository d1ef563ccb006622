import type { CallJson } from "../../lib/api.ts";

export type TimeKind = "requestNs" | "networkNs" | "serverThinkNs" | "waitNs" | "responseNs";

/** One part of a call's time. */
export interface TimePart {
  readonly kind: TimeKind;
  readonly durationNs: number;
  readonly words: string;
}

type Timed = Pick<CallJson, "durationNs" | "requestNs" | "waitNs" | "serverThinkNs" | "responseNs">;

/**
 * Where a call's time went, in order. Waiting is split in network and server where the connection's round trip is known.
 * Empty where no answer was seen: then there is no end to measure to.
 */
export function splitTime({ durationNs, requestNs, waitNs, serverThinkNs, responseNs }: Timed): readonly TimePart[] {
  if (durationNs === undefined || waitNs === undefined) return [];
  const waiting: readonly TimePart[] =
    serverThinkNs === undefined
      ? [{ kind: "waitNs", durationNs: waitNs, words: "waiting: network and server" }]
      : [
          { kind: "networkNs", durationNs: Math.max(0, waitNs - serverThinkNs), words: "network there and back" },
          { kind: "serverThinkNs", durationNs: serverThinkNs, words: "server thinking" },
        ];
  return [
    { kind: "requestNs", durationNs: requestNs, words: "client sending" },
    ...waiting,
    { kind: "responseNs", durationNs: responseNs ?? 0, words: "server sending" },
  ];
}
