import type { FlowConnection } from "./connection.ts";
import { announcedMss, CLIENT, lowHalf, SERVER, SideFlag, SideInt, SideReal } from "./memory/connection-record.ts";
import { TROUBLE_CLIENT, TROUBLE_SERVER, TroubleInt, TroubleReal } from "./memory/trouble-record.ts";
import { distance } from "./tcp/sequence.ts";

/** Payload of a TCP segment at most where none announced a size (Ethernet, IPv4, no options). */
const USUAL_SEGMENT_BYTES = 1460;

/** True where offloading had put segments together before the capture saw them: one packet then stands for several. */
export function hasSuperFrames(connection: FlowConnection): boolean {
  return isLargerThanSegments(connection, CLIENT, SERVER) || isLargerThanSegments(connection, SERVER, CLIENT);
}

/** A side may send what the other one announced. Where no SYN was seen, twice the usual size: jumbo frames are rarer than offloading. */
function isLargerThanSegments(connection: FlowConnection, side: number, other: number): boolean {
  const largest = connection.int(side + SideInt.largestSegmentBytes);
  const announced = announcedMss(connection.int(other + SideInt.announced));
  return largest > (announced > 0 ? Math.max(announced, USUAL_SEGMENT_BYTES) : 2 * USUAL_SEGMENT_BYTES);
}

/** Data segments sent again, of all data segments; bytes of bytes where packets do not stand for segments. */
export function retransmissionRatioOf(connection: FlowConnection): number {
  if (hasSuperFrames(connection)) {
    const payloadBytes =
      connection.real((CLIENT >> 1) + SideReal.payloadBytes) + connection.real((SERVER >> 1) + SideReal.payloadBytes);
    const resentBytes =
      (connection.troubleReal((TROUBLE_CLIENT >> 1) + TroubleReal.resentBytes) ?? 0) +
      (connection.troubleReal((TROUBLE_SERVER >> 1) + TroubleReal.resentBytes) ?? 0);
    return payloadBytes === 0 ? 0 : resentBytes / payloadBytes;
  }
  const segments = connection.int(CLIENT + SideInt.dataSegments) + connection.int(SERVER + SideInt.dataSegments);
  const resent =
    connection.trouble(TROUBLE_CLIENT + TroubleInt.dataRetransmissions) +
    connection.trouble(TROUBLE_SERVER + TroubleInt.dataRetransmissions);
  return segments === 0 ? 0 : resent / segments;
}

/** Payload of a side's that the other one acknowledged although it never passed here: in holes, and behind the last byte that was seen. */
export function notCapturedBytes(connection: FlowConnection, side: number): number {
  const flags = connection.int(side + SideInt.flags);
  if ((flags & SideFlag.hasGoodEnd) === 0) return 0;
  const other = side === CLIENT ? SERVER : CLIENT;
  const acknowledged = connection.int(other + SideInt.lastAck);
  if (acknowledged === 0 || connection.int(other + SideInt.packets) === 0) return 0;
  const { extras } = connection.memory;
  const holes = side === CLIENT ? extras?.clientHoles : extras?.serverHoles;
  // A FIN takes a number of its own, and may have been missed as well.
  const behind = distance(connection.int(side + SideInt.goodEnd), acknowledged) - 1;
  if (behind <= 0 && (flags & SideFlag.hasHoles) === 0) return 0;
  const inHoles = holes?.bytesBefore(acknowledged) ?? 0;
  const trouble = side === CLIENT ? TROUBLE_CLIENT : TROUBLE_SERVER;
  const forgotten = connection.troubleReal((trouble >> 1) + TroubleReal.notCapturedBytes) ?? 0;
  const tail = lowHalf(connection.int(side + SideInt.closes)) === 0 && behind > 0 ? behind : 0;
  return inHoles + forgotten + tail;
}
