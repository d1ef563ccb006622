import { type Packet, TcpFlag } from "@weir/wire";
import { SideFlag, SideInt, SideReal } from "../memory/connection-record.ts";
import { distance } from "./sequence.ts";

const ACK_OR_PUSH = ~TcpFlag.psh;

/**
 * Takes the segment that is exactly the next one of a conversation that goes well: most are. Then sequence analysis has nothing to say, and what it
 * would remember is written at once; the idea is Van Jacobson's header prediction. True where it was so. Whatever is not is left, untouched, to
 * analysis.ts, which comes to the same for these (tested over random conversations: expected.test.ts). HOT PATH.
 */
export function takeExpected(
  ints: Int32Array,
  reals: Float64Array,
  forward: number,
  reverse: number,
  { tcpFlags, tcpSequence, tcpAcknowledgment, tcpWindow, payloadBytes, atNs }: Packet,
): boolean {
  const sequence = tcpSequence | 0;
  const acknowledgment = tcpAcknowledgment | 0;
  if ((tcpFlags & ACK_OR_PUSH) !== TcpFlag.ack || tcpWindow === 0) return false;
  if (sequence !== ints[forward + SideInt.next] || sequence === 0) return false;
  if ((ints[forward + SideInt.flags]! & ints[reverse + SideInt.flags]! & SideFlag.hasBase) === 0) return false;
  // An ACK of what was not seen.
  const seenTo = ints[reverse + SideInt.maxToAck]!;
  if (seenTo !== 0 && distance(seenTo, acknowledgment) > 0) return false;
  const lastAck = ints[forward + SideInt.lastAck]!;
  const isNews = acknowledgment !== lastAck;
  // An ACK that was overtaken by a later one.
  if (distance(lastAck, acknowledgment) < 0 && lastAck !== 0) return false;
  if (payloadBytes === 0) {
    // Duplicate ACKs, window updates, answers to probes and to keep-alives.
    if (!isNews) return false;
  } else if (!isRoomFor(ints, reverse, sequence, payloadBytes)) return false;
  if (payloadBytes > 0) {
    const end = (sequence + payloadBytes) | 0;
    ints[forward + SideInt.next] = end;
    reals[(forward >> 1) + SideReal.nextAtNs] = atNs;
  }
  const maxToAck = ints[forward + SideInt.maxToAck]!;
  if (maxToAck === sequence || maxToAck === 0) ints[forward + SideInt.maxToAck] = ints[forward + SideInt.next]!;
  if (isNews) ints[forward + SideInt.repeatedAcks] = 0;
  ints[forward + SideInt.window] = tcpWindow;
  ints[forward + SideInt.lastAck] = acknowledgment;
  ints[forward + SideInt.lastMarks] = 0;
  ints[forward + SideInt.flags]! &= ~SideFlag.isFirstAck;
  reals[(forward >> 1) + SideReal.lastAckAtNs] = atNs;
  return true;
}

/** True where payload fits the receiver's window and does not fill it, is no probe of a closed one, and was not acknowledged already. */
function isRoomFor(ints: Int32Array, reverse: number, sequence: number, payloadBytes: number): boolean {
  const window = ints[reverse + SideInt.window]!;
  if (payloadBytes === 1 && window === 0) return false;
  const lastAck = ints[reverse + SideInt.lastAck]!;
  const end = (sequence + payloadBytes) | 0;
  if (lastAck !== 0 && distance(lastAck, end) <= 0) return false;
  const scale = ints[reverse + SideInt.windowScale]!;
  if (scale === -1 || window < 0) return true;
  const isFirstAck = (ints[reverse + SideInt.flags]! & SideFlag.isFirstAck) !== 0;
  const shift = isFirstAck || scale < 0 ? 0 : scale;
  return end !== ((lastAck + (window << shift)) | 0);
}
