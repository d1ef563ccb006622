import { EVIDENCE_PACKETS } from "../limits.ts";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { CLIENT } from "../memory/connection-record.ts";
import { TROUBLE_CLIENT, TROUBLE_SERVER, TroubleInt } from "../memory/trouble-record.ts";
import { COUNTED, Mark, RESENT } from "./analysis.ts";

/** What makes a packet worth showing as evidence. */
const EVIDENCE = RESENT | Mark.outOfOrder | Mark.lostSegment | Mark.zeroWindow | Mark.zeroWindowProbe | Mark.windowFull;

/** Counts what a segment was found to be: the side's counters stand in the order of the bits. */
export function countMarks(
  memory: ConnectionMemory,
  forward: number,
  marks: number,
  packetNumber: number,
  isCopy: boolean,
): void {
  const base = memory.needTrouble() + (forward - memory.base === CLIENT ? TROUBLE_CLIENT : TROUBLE_SERVER);
  const { ints } = memory.trouble;
  for (let bits = marks & COUNTED; bits !== 0; bits &= bits - 1)
    ints[base + TroubleInt.retransmissions + 31 - Math.clz32(bits & -bits)]! += 1;
  if ((marks & EVIDENCE) !== 0 && !isCopy) keepEvidence(memory, packetNumber);
}

/** Keeps a packet's number as evidence, within the limit. */
export function keepEvidence(memory: ConnectionMemory, packetNumber: number): void {
  const extras = memory.needExtras();
  extras.evidence ??= [];
  if (extras.evidence.length < EVIDENCE_PACKETS && extras.evidence.at(-1) !== packetNumber)
    extras.evidence.push(packetNumber);
}
