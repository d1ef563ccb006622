import type { Packet } from "@weir/wire";
import type { ConnectionMemory } from "./memory/connection-memory.ts";
import { ConnectionFlag, Int, Real, SideFlag, SideInt, SideReal } from "./memory/connection-record.ts";
import { TroubleInt } from "./memory/trouble-record.ts";

const TTL_SHIFT = 8;
const DSCP_SHIFT = 2;
/** Both bits of explicit congestion notification in the traffic class: congestion experienced (RFC 3168 §5). */
const CONGESTION_EXPERIENCED = 3;

/** What every packet of any connection adds to its record: when and where it was, volume, and what the network layer says. HOT PATH. */
export function countPacket(memory: ConnectionMemory, packet: Packet, forward: number): void {
  const { ints, reals, base } = memory;
  const real = base >> 1;
  const { atNs } = packet;
  if (atNs >= reals[real + Real.lastAtNs]!) reals[real + Real.lastAtNs] = atNs;
  else ints[base + Int.flags]! |= ConnectionFlag.clockStep;
  ints[base + Int.lastPacket] = packet.number;
  reals[real + Real.lastFileOffset] = packet.fileOffset;
  ints[forward + SideInt.packets]! += 1;
  reals[(forward >> 1) + SideReal.wireBytes]! += packet.wireBytes;
  const network = (packet.ttl << TTL_SHIFT) | packet.trafficClass;
  const isMarked = (packet.trafficClass & CONGESTION_EXPERIENCED) === CONGESTION_EXPERIENCED;
  if ((ints[forward + SideInt.network]! & 0xffff) !== network || isMarked)
    noteNetwork(memory, forward, network, isMarked);
}

/** TTL, code point or congestion bits are not as in the side's packet before, or a router marked it. */
function noteNetwork(memory: ConnectionMemory, forward: number, network: number, isMarked: boolean): void {
  const { ints, base } = memory;
  const before = ints[forward + SideInt.network]!;
  if (isMarked) memory.countTrouble(forward - base, TroubleInt.congestionMarks);
  if ((ints[forward + SideInt.flags]! & SideFlag.hasNetwork) === 0) {
    ints[forward + SideInt.flags]! |= SideFlag.hasNetwork;
    ints[forward + SideInt.network] = (network << 16) | network;
    return;
  }
  const changed = (before ^ network) & 0xffff;
  if (changed >>> TTL_SHIFT !== 0) memory.countTrouble(forward - base, TroubleInt.ttlChanges);
  if ((changed & 0xff) >>> DSCP_SHIFT !== 0) memory.countTrouble(forward - base, TroubleInt.dscpChanges);
  ints[forward + SideInt.network] = (before & ~0xffff) | network;
}
