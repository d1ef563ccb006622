import type { ConnectionMemory } from "./memory/connection-memory.ts";
import { ConnectionFlag, Int, NEVER, NO_RECORD, Real } from "./memory/connection-record.ts";
import { Turn } from "./memory/turn-record.ts";

/** Takes payload of the current connection that came for the first time. HOT PATH. */
export function noteTurn(memory: ConnectionMemory, atNs: number, fromClient: boolean): void {
  const { ints, reals, base } = memory;
  const flags = ints[base + Int.flags]!;
  const lastDataAt = (base >> 1) + Real.lastDataAtNs;
  const wasServer = (flags & ConnectionFlag.lastDataFromServer) !== 0;
  if (fromClient === wasServer && reals[lastDataAt] !== NEVER) takeTurn(memory, atNs - reals[lastDataAt]!, fromClient);
  reals[lastDataAt] = atNs;
  noteLastData(memory, !fromClient);
}

/**
 * Takes payload that was sent again or comes late. It is the last that its side said, for now; a turn begins with it only where it brings something new:
 * the rest is an answer's echo.
 */
export function noteKnownTurn(memory: ConnectionMemory, atNs: number, fromClient: boolean, freshBytes: number): void {
  const wasClient = (memory.ints[memory.base + Int.flags]! & ConnectionFlag.lastDataFromServer) === 0;
  if (freshBytes > 0 || fromClient === wasClient) noteTurn(memory, atNs, fromClient);
}

/** Remembers who sent payload last. */
function noteLastData({ ints, base }: ConnectionMemory, fromServer: boolean): void {
  const others = ints[base + Int.flags]! & ~ConnectionFlag.lastDataFromServer;
  ints[base + Int.flags] = others | ConnectionFlag.sawData | (fromServer ? ConnectionFlag.lastDataFromServer : 0);
}

function takeTurn(memory: ConnectionMemory, waitedNs: number, fromClient: boolean): void {
  const { ints, base, turns } = memory;
  if (ints[base + Int.turns] === NO_RECORD) ints[base + Int.turns] = turns.allocate();
  const at = turns.select(ints[base + Int.turns]!);
  const real = at >> 1;
  const spentNs = Math.max(0, waitedNs);
  const sum = fromClient ? Turn.idleSumNs : Turn.thinkSumNs;
  const max = fromClient ? Turn.idleMaxNs : Turn.thinkMaxNs;
  turns.reals[real + sum]! += spentNs;
  if (spentNs > turns.reals[real + max]!) turns.reals[real + max] = spentNs;
  turns.ints[at + (fromClient ? Turn.idleSamples : Turn.thinkSamples)]! += 1;
}
