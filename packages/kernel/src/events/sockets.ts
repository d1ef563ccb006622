import { ENDS_BYTES, readEnds, readOwner, type SocketEnds, type SocketOwner } from "./layout.ts";

/** Where the members of `struct socket_event` lie (bpf/weir.h). */
const Event = { kind: 8, error: 12, ends: 16, owner: 16 + ENDS_BYTES } as const;
/** What happened to a socket, by the numbers of bpf/weir.h. */
const KINDS = { 1: "opened", 2: "failed", 3: "served", 4: "listens", 5: "sends" } as const;

/** Something that a process did with a socket, or that came of it. */
export interface SocketEvent {
  /**
   * `opened`: it connected; `failed`: its connection did not come about; `served`: it is the first to read from a connection that was accepted, or closes it unread;
   * `listens`: it waits for connections; `sends`: it is the first to send a datagram from this socket (remote port 0 where that goes to anybody).
   */
  readonly kind: (typeof KINDS)[keyof typeof KINDS];
  /** When its process began to connect, read, or wait: since boot, without the time that the machine slept (CLOCK_MONOTONIC). */
  readonly atNs: number;
  /** errno of a connection that failed; 0 where its process gave it up. */
  readonly errno: number;
  readonly ends: SocketEnds;
  readonly owner: SocketOwner;
}

/** Reads one; undefined where it is of a kind that this version does not know. */
export function readSocketEvent(view: DataView, at: number): SocketEvent | undefined {
  const kind = (KINDS as Readonly<Record<number, SocketEvent["kind"]>>)[view.getUint32(at + Event.kind, true)];
  if (kind === undefined) return undefined;
  return {
    kind,
    atNs: Number(view.getBigUint64(at, true)),
    errno: view.getInt32(at + Event.error, true),
    ends: readEnds(view, at + Event.ends),
    owner: readOwner(view, at + Event.owner),
  };
}
