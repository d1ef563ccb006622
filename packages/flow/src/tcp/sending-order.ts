import type { Packet } from "@weir/wire";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { Int, NO_RECORD, SideInt, SideReal } from "../memory/connection-record.ts";
import { TroubleInt, troubleSide } from "../memory/trouble-record.ts";
import { Mark, RESENT } from "./analysis.ts";
import { circleDistance, NEIGHBOURHOOD } from "./copies.ts";
import { timestampsAt } from "./options.ts";
import { distance } from "./sequence.ts";

/** What was overtaken comes within this time of what overtook it; some hosts write the same identification when they send again. */
const OVERTAKEN_WITHIN_NS = 200e6;
const UNKNOWN = 0;
const EARLIER = -1;
const LATER = 1;

/**
 * Tells what was overtaken from what was sent again by when it was sent, where the packet says so: by its time stamp, which never runs backwards (RFC 7323
 * §4.1), else by its IP identification. Wireshark goes by what passed at the vantage; the sum of both stays what it is there. Returns the marks.
 */
export function inSendingOrder(memory: ConnectionMemory, forward: number, packet: Packet, marks: number): number {
  if ((marks & (RESENT | Mark.outOfOrder)) === 0) return marks;
  const order = orderByStamp(memory, forward, packet) || orderByIdentification(memory, forward, packet);
  const sinceNs = packet.atNs - memory.reals[(forward >> 1) + SideReal.nextAtNs]!;
  if (order === EARLIER && (marks & RESENT) !== 0 && sinceNs < OVERTAKEN_WITHIN_NS)
    return (marks & ~RESENT) | Mark.outOfOrder;
  if (order === LATER && (marks & Mark.outOfOrder) !== 0) return (marks & ~Mark.outOfOrder) | Mark.retransmission;
  return marks;
}

/** Keeps the time stamp of a segment that jumped over others: what is overtaken by it is older, what is sent again for it is younger. */
export function noteJump(memory: ConnectionMemory, forward: number, packet: Packet): void {
  const at = timestampsAt(packet);
  if (at < 0) return;
  const side = memory.needTrouble() + troubleSide(forward - memory.base);
  memory.trouble.ints[side + TroubleInt.jumpStamp] = packet.view.getInt32(at);
}

function orderByStamp({ ints, base, trouble }: ConnectionMemory, forward: number, packet: Packet): number {
  const record = ints[base + Int.trouble]!;
  if (record === NO_RECORD) return UNKNOWN;
  const jumpStamp = trouble.ints[trouble.select(record) + troubleSide(forward - base) + TroubleInt.jumpStamp]!;
  const at = jumpStamp === 0 ? -1 : timestampsAt(packet);
  return at < 0 ? UNKNOWN : Math.sign(distance(jumpStamp, packet.view.getInt32(at)));
}

/** Known only where the side's last packets show that it counts. */
function orderByIdentification({ ints }: ConnectionMemory, forward: number, packet: Packet): number {
  const identification = packet.ipIdentification;
  const low = ints[forward + SideInt.recentLow]!;
  const newest = newestOf(low, ints[forward + SideInt.recentHigh]!);
  if (identification === 0 || newest === UNKNOWN) return UNKNOWN;
  const ahead = circleDistance(newest, identification);
  return Math.abs(ahead) < NEIGHBOURHOOD ? Math.sign(ahead) : UNKNOWN;
}

/** The newest of a side's last identifications, where at least two are known and all are neighbours; else 0. */
function newestOf(low: number, high: number): number {
  const newest = low & 0xffff;
  let others = 0;
  for (let index = 1; index < 4; index += 1) {
    const identification = ((index < 2 ? low : high) >>> ((index & 1) << 4)) & 0xffff;
    if (identification === 0) continue;
    others += 1;
    if (Math.abs(circleDistance(newest, identification)) >= NEIGHBOURHOOD) return UNKNOWN;
  }
  return newest === 0 || others === 0 ? UNKNOWN : newest;
}
