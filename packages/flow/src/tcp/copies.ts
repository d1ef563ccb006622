import type { Packet } from "@weir/wire";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { SideFlag, SideInt } from "../memory/connection-record.ts";
import { TroubleInt } from "../memory/trouble-record.ts";
import { distance } from "./sequence.ts";

/**
 * True for a packet of the side at `forward` that came before, unchanged; counts it. A capture on several interfaces and some networks make copies. A
 * host that sends again writes a new IP identification (RFC 6864 §4.1 lets it be anything where fragments are forbidden: 0 says nothing): a segment
 * with nothing new and the identification of one of its side's last four packets is the same packet once more. Wireshark calls a copy a
 * retransmission, and so it is counted; but nothing was lost. Asked before {@link rememberIdentification}, for packets that are not what comes next.
 */
export function countCopy(
  memory: ConnectionMemory,
  forward: number,
  { ipIdentification, tcpSequence, tcpAcknowledgment, payloadBytes }: Packet,
): boolean {
  const { ints, base } = memory;
  if (ipIdentification === 0 || ints[forward + SideInt.packets] === 0) return false;
  if (!isRecent(ints, forward, ipIdentification)) return false;
  const saysNothingNew =
    (ints[forward + SideInt.flags]! & SideFlag.hasBase) !== 0 &&
    distance(ints[forward + SideInt.next]!, (tcpSequence + payloadBytes) | 0) <= 0 &&
    distance(ints[forward + SideInt.lastAck]!, tcpAcknowledgment | 0) <= 0;
  if (!saysNothingNew) return false;
  memory.countTrouble(forward - base, TroubleInt.copies);
  return true;
}

/** True for the identification of one of the last four packets of the side at `forward`. */
export function isRecent(ints: Int32Array, forward: number, identification: number): boolean {
  const low = ints[forward + SideInt.recentLow]!;
  const high = ints[forward + SideInt.recentHigh]!;
  return (
    (low & 0xffff) === identification ||
    low >>> 16 === identification ||
    (high & 0xffff) === identification ||
    high >>> 16 === identification
  );
}

/** Hosts that count their packets give neighbours to those that follow each other; random ones are rarely so close (RFC 6864 asks for no order). */
export const NEIGHBOURHOOD = 256;

/** Remembers a packet's identification; as its side's newest, unless it lies just before that: then the packet was overtaken. HOT PATH. */
export function rememberIdentification(ints: Int32Array, forward: number, identification: number): void {
  const low = ints[forward + SideInt.recentLow]!;
  const ahead = circleDistance(low, identification);
  const isOlder = ahead < 0 && ahead > -NEIGHBOURHOOD;
  ints[forward + SideInt.recentHigh] = (ints[forward + SideInt.recentHigh]! << 16) | (low >>> 16);
  ints[forward + SideInt.recentLow] = isOlder ? (identification << 16) | (low & 0xffff) : (low << 16) | identification;
}

/** How far one identification lies behind another, on their circle of 2^16. */
export function circleDistance(earlier: number, later: number): number {
  return ((later - earlier) << 16) >> 16;
}
