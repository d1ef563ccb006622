import { STALL_REASONS, type StallReason } from "@weir/model";
import type { FlowConnection } from "./connection.ts";
import type { ConnectionMemory } from "./memory/connection-memory.ts";
import {
  CLIENT,
  ConnectionFlag,
  Int,
  lowHalf,
  NEVER,
  NO_RECORD,
  Real,
  SERVER,
  setLow,
} from "./memory/connection-record.ts";
import { BUCKETS, Buckets, Series } from "./memory/throughput-record.ts";
import { TROUBLE_CLIENT, TROUBLE_SERVER } from "./memory/trouble-record.ts";
import { Turn } from "./memory/turn-record.ts";

/*
 * Who was taken for the client turns out to be the server: every number of one side becomes the other's, and everything that says which side it was is
 * turned. Only for connections whose handshake was not seen: what a SYN and its answer leave behind has no mirror image.
 */

/** Swaps client and server in everything that is kept of a connection; which end of its conversation is which is the caller's. */
export function swapSides(connection: FlowConnection): void {
  const { memory } = connection;
  swap(memory.ints, memory.base + CLIENT, memory.base + SERVER, SERVER - CLIENT);
  swapTrouble(memory);
  swapThroughput(memory);
  swapTurns(memory);
  turnFlags(memory);
  turnStall(memory);
  swapExtras(memory);
  [connection.clientAssembler, connection.serverAssembler] = [connection.serverAssembler, connection.clientAssembler];
  connection.isTurned = !connection.isTurned;
  // It told of the other side's window.
  connection.heldUp = undefined;
}

function swapTrouble({ ints, base, trouble }: ConnectionMemory): void {
  const record = ints[base + Int.trouble]!;
  if (record === NO_RECORD) return;
  const at = trouble.select(record);
  swap(trouble.ints, at + TROUBLE_CLIENT, at + TROUBLE_SERVER, TROUBLE_SERVER - TROUBLE_CLIENT);
}

function swapThroughput({ ints, base, throughput }: ConnectionMemory): void {
  const record = ints[base + Int.throughput]!;
  if (record === NO_RECORD) return;
  const at = throughput.select(record);
  swap(throughput.reals, (at >> 1) + Series.clientBefore, (at >> 1) + Series.serverBefore, 1);
  swap(throughput.ints, at + Buckets.client, at + Buckets.server, BUCKETS);
}

/** What one side was waited for was the other's: its thinking was idling. */
function swapTurns({ ints, base, turns }: ConnectionMemory): void {
  const record = ints[base + Int.turns]!;
  if (record === NO_RECORD) return;
  const at = turns.select(record);
  swap(turns.reals, (at >> 1) + Turn.thinkSumNs, (at >> 1) + Turn.idleSumNs, 1);
  swap(turns.reals, (at >> 1) + Turn.thinkMaxNs, (at >> 1) + Turn.idleMaxNs, 1);
  swap(turns.ints, at + Turn.thinkSamples, at + Turn.idleSamples, 1);
}

/** Turns the flags that name a side, as far as what they tell of has happened. */
function turnFlags({ ints, reals, base }: ConnectionMemory): void {
  const flags = ints[base + Int.flags]!;
  const sawData = (flags & ConnectionFlag.sawData) !== 0;
  const wasReset = (flags & ConnectionFlag.wasReset) !== 0;
  const isClosing = reals[(base >> 1) + Real.closedAtNs] !== NEVER;
  ints[base + Int.flags] =
    flags ^
    ((sawData ? ConnectionFlag.lastDataFromServer : 0) |
      (wasReset ? ConnectionFlag.resetByServer : 0) |
      (isClosing ? ConnectionFlag.closedByServer : 0));
}

const MIRRORED: Partial<Record<StallReason, StallReason>> = {
  serverThinking: "clientIdle",
  clientIdle: "serverThinking",
  serverPausing: "clientPausing",
  clientPausing: "serverPausing",
  clientWindow: "serverWindow",
  serverWindow: "clientWindow",
};

function turnStall({ ints, base }: ConnectionMemory): void {
  const mirrored = MIRRORED[STALL_REASONS[lowHalf(ints[base + Int.stallReason]!)] ?? ""];
  if (mirrored !== undefined) setLow(ints, base + Int.stallReason, STALL_REASONS.indexOf(mirrored));
}

function swapExtras({ extras }: ConnectionMemory): void {
  if (extras === undefined) return;
  [extras.clientHoles, extras.serverHoles] = [extras.serverHoles, extras.clientHoles];
  [extras.clientResent, extras.serverResent] = [extras.serverResent, extras.clientResent];
  const { association } = extras;
  if (association !== undefined) [association.client, association.server] = [association.server, association.client];
}

/** Swaps `count` numbers at `a` with those at `b`. */
function swap(numbers: Int32Array | Float64Array, a: number, b: number, count: number): void {
  const kept = numbers.slice(a, a + count);
  numbers.copyWithin(a, b, b + count);
  numbers.set(kept, b);
}
