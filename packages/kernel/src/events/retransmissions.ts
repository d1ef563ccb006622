import { readEnds, type SocketEnds } from "./layout.ts";

/** Where the members of `struct retransmission_event` lie (bpf/retransmissions.bpf.c). */
const Event = { isSynAck: 8, ends: 16 } as const;

/** A segment that the kernel sent again. */
export interface RetransmissionEvent {
  readonly kind: "retransmitted";
  /** CLOCK_MONOTONIC. */
  readonly atNs: number;
  /** A SYN-ACK, of a connection that is not accepted yet. */
  readonly isSynAck: boolean;
  /** Local is who sent it. */
  readonly ends: SocketEnds;
}

/** Reads one. */
export function readRetransmission(view: DataView, at: number): RetransmissionEvent {
  return {
    kind: "retransmitted",
    atNs: Number(view.getBigUint64(at, true)),
    isSynAck: view.getUint32(at + Event.isSynAck, true) === 1,
    ends: readEnds(view, at + Event.ends),
  };
}
