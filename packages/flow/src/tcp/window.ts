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
  const { ints } = memory;
  const { tcpWindow, tcpFlags } = packet;
  const scale = ints[forward + SideInt.windowScale]!;
  const isScaled = (tcpFlags & TcpFlag.syn) === 0 && scale > 0;
  noteWindowBytes(memory, forward, isScaled ? tcpWindow << Math.min(scale, MAX_WINDOW_SCALE) : tcpWindow);
  const wasClosed = (ints[forward + SideInt.flags]! & SideFlag.windowClosed) !== 0;
  const isClosed = (marks & SAYS_CLOSED) !== 0;
  if (wasClosed || isClosed) noteClosedWindow(memory, forward, isClosed, tcpWindow > 0, packet.atNs);
}

/** Takes a window of so many bytes. */
export function noteWindowBytes({ ints, reals }: ConnectionMemory, forward: number, windowBytes: number): void {
  const smallest = ints[forward + SideInt.minWindowBytes]!;
  if (smallest < 0 || windowBytes < smallest) ints[forward + SideInt.minWindowBytes] = windowBytes;
  if (windowBytes > ints[forward + SideInt.maxWindowBytes]!) ints[forward + SideInt.maxWindowBytes] = windowBytes;
  reals[(forward >> 1) + SideReal.windowSumBytes]! += windowBytes;
}

/** A window that is, or was, at zero: since when, and for how long in all. */
export function noteClosedWindow(
  memory: ConnectionMemory,
  forward: number,
  isClosed: boolean,
  isOpen: boolean,
  atNs: number,
): void {
  const { ints, trouble } = memory;
  const wasClosed = (ints[forward + SideInt.flags]! & SideFlag.windowClosed) !== 0;
  const side = memory.needTrouble() + (forward - memory.base === CLIENT ? TROUBLE_CLIENT : TROUBLE_SERVER);
  const since = (side >> 1) + TroubleReal.zeroWindowSinceNs;
  if (isClosed) {
    if (!wasClosed) trouble.reals[since] = atNs;
    ints[forward + SideInt.flags]! |= SideFlag.windowClosed;
  } else if (isOpen) {
    trouble.reals[(side >> 1) + TroubleReal.zeroWindowNs]! += Math.max(0, atNs - trouble.reals[since]!);
    trouble.reals[since] = NEVER;
    ints[forward + SideInt.flags]! &= ~SideFlag.windowClosed;
  }
}
