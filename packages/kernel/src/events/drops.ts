import { readEnds, type SocketEnds } from "./layout.ts";

/** Where the members of `struct drop_event` lie (bpf/drops.bpf.c). */
const Event = { place: 8, reason: 16, bytes: 20, tcpFlags: 22, ends: 24 } as const;

/** A packet that the kernel dropped, for which reason and where in its code: numbers, which {@link DropNames} knows. */
export interface DropEvent {
  readonly kind: "dropped";
  /** CLOCK_MONOTONIC. */
  readonly atNs: number;
  readonly place: bigint;
  readonly reason: number;
  readonly bytes: number;
  /** 0 where it is no TCP. */
  readonly tcpFlags: number;
  /** Local is who sent it, remote who should get it. */
  readonly ends: SocketEnds;
}

/** Reads one. */
export function readDrop(view: DataView, at: number): DropEvent {
  return {
    kind: "dropped",
    atNs: Number(view.getBigUint64(at, true)),
    place: view.getBigUint64(at + Event.place, true),
    reason: view.getUint32(at + Event.reason, true),
    bytes: view.getUint16(at + Event.bytes, true),
    tcpFlags: view.getUint8(at + Event.tcpFlags),
    ends: readEnds(view, at + Event.ends),
  };
}

/** Size of `struct drop_key`. */
export const DROP_KEY_BYTES = 16;

/** Reads the place and reason that packets are counted by. */
export function readDropKey(key: Uint8Array): Pick<DropEvent, "place" | "reason"> {
  const view = new DataView(key.buffer, key.byteOffset);
  return { place: view.getBigUint64(0, true), reason: view.getUint32(8, true) };
}
