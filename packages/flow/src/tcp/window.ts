import { type Packet, TcpFlag } from "@weir/wire";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { CLIENT, NEVER, SideFlag, SideInt, SideReal } from "../memory/connection-record.ts";
import { TROUBLE_CLIENT, TROUBLE_SERVER, TroubleReal } from "../memory/trouble-record.ts";
import { Mark } from "./analysis.ts";

/** The largest shift that counts (RFC 7323 §2.3). */
export const MAX_WINDOW_SCALE = 14;
const SAYS_CLOSED = Mark.zeroWindow | Mark.zeroWindowProbeAck;

/** Takes the window that a segment offers. HOT PATH. */
export function noteWindow(memory: ConnectionMemory, forward: number, packet: Packet, marks: number): void {
  const { ints, reals } = memory;
  const { tcpWindow, tcpFlags } = packet;
  const scale = ints[forward + SideInt.windowScale]!;
  const isScaled = (tcpFlags & TcpFlag.syn) === 0 && scale > 0;
  const windowBytes = isScaled ? tcpWindow << Math.min(scale, MAX_WINDOW_SCALE) : tcpWindow;
  const smallest = ints[forward + SideInt.minWindowBytes]!;
  if (smallest < 0 || windowBytes < smallest) ints[forward + SideInt.minWindowBytes] = windowBytes;
  if (windowBytes > ints[forward + SideInt.maxWindowBytes]!) ints[forward + SideInt.maxWindowBytes] = windowBytes;
  reals[(forward >> 1) + SideReal.windowSumBytes]! += windowBytes;
  const wasClosed = (ints[forward + SideInt.flags]! & SideFlag.windowClosed) !== 0;
  if (wasClosed || (marks & SAYS_CLOSED) !== 0) noteClosedWindow(memory, forward, packet, marks, wasClosed);
}

/** A window that is, or was, at zero: since when, and for how long in all. */
function noteClosedWindow(
  memory: ConnectionMemory,
  forward: number,
  { tcpWindow, atNs }: Packet,
  marks: number,
  wasClosed: boolean,
): void {
  const { ints, trouble } = memory;
  const side = memory.needTrouble() + (forward - memory.base === CLIENT ? TROUBLE_CLIENT : TROUBLE_SERVER);
  const since = (side >> 1) + TroubleReal.zeroWindowSinceNs;
  if ((marks & SAYS_CLOSED) !== 0) {
    if (!wasClosed) trouble.reals[since] = atNs;
    ints[forward + SideInt.flags]! |= SideFlag.windowClosed;
  } else if (tcpWindow > 0) {
    trouble.reals[(side >> 1) + TroubleReal.zeroWindowNs]! += Math.max(0, atNs - trouble.reals[since]!);
    trouble.reals[since] = NEVER;
    ints[forward + SideInt.flags]! &= ~SideFlag.windowClosed;
  }
}
