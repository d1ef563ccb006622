import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { CLIENT, SideFlag, SideInt } from "../memory/connection-record.ts";
import { TroubleReal } from "../memory/trouble-record.ts";
import { Holes } from "./holes.ts";
import { distance, plus } from "./sequence.ts";

/** Bytes of a segment that were not seen before: beyond the highest end, or in a hole. HOT PATH. */
export function takeFresh(memory: ConnectionMemory, forward: number, sequence: number, payloadBytes: number): number {
  const { ints, base } = memory;
  const end = plus(sequence, payloadBytes);
  const flags = ints[forward + SideInt.flags]!;
  const hasGoodEnd = (flags & SideFlag.hasGoodEnd) !== 0;
  const goodEnd = hasGoodEnd ? ints[forward + SideInt.goodEnd]! : plus(ints[forward + SideInt.base]!, 1);
  if (sequence === goodEnd) {
    ints[forward + SideInt.goodEnd] = end;
    if (!hasGoodEnd) ints[forward + SideInt.flags] = flags | SideFlag.hasGoodEnd;
    return payloadBytes;
  }
  const jumped = distance(goodEnd, sequence);
  const beyond = distance(goodEnd, end);
  if (beyond > 0 || !hasGoodEnd) {
    ints[forward + SideInt.goodEnd] = end;
    ints[forward + SideInt.flags] = flags | SideFlag.hasGoodEnd;
  }
  if (jumped > 0) {
    openHole(memory, forward, goodEnd, sequence);
    return payloadBytes;
  }
  const holes = forward - base === CLIENT ? memory.extras?.clientHoles : memory.extras?.serverHoles;
  return Math.max(0, beyond) + (holes?.fill(sequence, beyond > 0 ? goodEnd : end) ?? 0);
}

/** A FIN without payload stands right behind the stream: what is missing before it was sent, and is a hole like any other. */
export function takeEnd(memory: ConnectionMemory, forward: number, sequence: number): void {
  const { ints } = memory;
  if ((ints[forward + SideInt.flags]! & SideFlag.hasGoodEnd) === 0) return;
  const goodEnd = ints[forward + SideInt.goodEnd]!;
  if (distance(goodEnd, sequence) <= 0) return;
  openHole(memory, forward, goodEnd, sequence);
  ints[forward + SideInt.goodEnd] = sequence;
}

function openHole(memory: ConnectionMemory, forward: number, from: number, to: number): void {
  const side = forward - memory.base;
  const forgottenBytes = holesOf(memory, side === CLIENT).add(from, to);
  if (forgottenBytes > 0) memory.addTrouble(side, TroubleReal.notCapturedBytes, forgottenBytes);
  memory.ints[forward + SideInt.flags]! |= SideFlag.hasHoles;
}

function holesOf(memory: ConnectionMemory, isOfClient: boolean): Holes {
  const extras = memory.needExtras();
  if (isOfClient) extras.clientHoles ??= new Holes();
  else extras.serverHoles ??= new Holes();
  return (isOfClient ? extras.clientHoles : extras.serverHoles) as Holes;
}
