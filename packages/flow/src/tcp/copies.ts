import type { Packet } from "@weir/wire";
import { SideInt } from "./memory.ts";

/** Packets of a side among which a copy is looked for; a power of two. */
const RECENT = 4;

/**
 * True for a packet of the side at `forward` that came before, unchanged; counts it. A capture on several interfaces and some networks make copies. A
 * host that sends again writes a new IP identification (RFC 6864 §4.1 lets it be anything where fragments are forbidden: 0 says nothing). Wireshark
 * calls a copy a retransmission, and so it is counted; but nothing was lost.
 */
export function countCopy(
  ints: Int32Array,
  forward: number,
  { ipVersion, ipIdentification, tcpSequence, tcpAcknowledgment, tcpFlags }: Packet,
): boolean {
  if (ipVersion !== 4 || ipIdentification === 0) return false;
  const mark = Math.imul(ipIdentification, 0x9e3779b1) ^ tcpSequence ^ Math.imul(tcpAcknowledgment, 31) ^ tcpFlags;
  const recent = forward + SideInt.lastPackets;
  for (let index = 0; index < RECENT; index += 1) {
    if (ints[recent + index] !== mark) continue;
    ints[forward + SideInt.copies]! += 1;
    return true;
  }
  ints[recent + (ints[forward + SideInt.packets]! & (RECENT - 1))] = mark;
  return false;
}
