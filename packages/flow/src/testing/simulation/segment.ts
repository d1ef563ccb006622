import { TcpFlag } from "@weir/wire";

/** The two ends of a conversation. */
export type SideName = "client" | "server";

/** The other end. */
export function otherSide(side: SideName): SideName {
  return side === "client" ? "server" : "client";
}

/** Why a segment was sent: for the first time, again (asked for by duplicate ACKs, or after a timeout), or to ask about a closed window. */
export type Sending = "first" | "fast" | "timeout" | "probe";

/** A segment that came to an end host, as the path knows it. */
export interface Arrival {
  readonly segment: Segment;
  /** When this copy passed the vantage. */
  readonly vantageAtNs: number;
  readonly arrivedAtNs: number;
}

/** One sending of one TCP segment. Sequence numbers count from the sender's SYN, which has 0, and do not wrap. */
export interface Segment {
  /** Order of sending, over both sides. */
  readonly id: number;
  readonly from: SideName;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly payloadBytes: number;
  readonly flags: number;
  /** The offered window, unscaled, as the host means it. */
  readonly windowBytes: number;
  readonly sending: Sending;
  readonly sentAtNs: number;
  /** What came in last before it, where it is the first answer to that. */
  readonly answers: Arrival | undefined;
}

/** Where the next segment begins: payload, SYN and FIN take sequence numbers. */
export function endOf({ sequence, payloadBytes, flags }: Segment): number {
  return sequence + payloadBytes + ((flags & (TcpFlag.syn | TcpFlag.fin)) === 0 ? 0 : 1);
}

/** True for what takes sequence numbers, and is therefore sent again when it is lost. */
export function isReliable(segment: Segment): boolean {
  return endOf(segment) > segment.sequence;
}
