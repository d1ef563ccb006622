import type { Packet } from "@weir/wire";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { COMPLETENESS_SHIFT, Int } from "../memory/connection-record.ts";
import type { Association, AssociationSide } from "./association.ts";

/** A packet that has come, with its association, the memory's current connection, and the side that sent it. */
export interface Arrival {
  readonly memory: ConnectionMemory;
  readonly association: Association;
  readonly packet: Packet;
  readonly fromClient: boolean;
  /** Bases of the sender's side and of the other one in the connection's record. */
  readonly forward: number;
  readonly reverse: number;
  readonly sender: AssociationSide;
  readonly receiver: AssociationSide;
  /** Time since the connection's packet before. */
  readonly pauseNs: number;
  /** The same packet once more: see copies.ts. */
  readonly isCopy: boolean;
}

/** One of the parts of a connection was seen: a bit of `Complete`. */
export function noteSeen({ memory: { ints, base } }: Arrival, part: number): void {
  ints[base + Int.flags]! |= part << COMPLETENESS_SHIFT;
}
