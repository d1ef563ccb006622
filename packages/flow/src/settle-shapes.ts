import { Packet, Transport } from "@weir/wire";
import { AddressText } from "./address-text.ts";
import { FlowConnection } from "./connection.ts";
import { healthOf } from "./health.ts";
import { ConnectionMemory } from "./memory/connection-memory.ts";
import { CLIENT, Int, SERVER, SideInt, SideReal } from "./memory/connection-record.ts";
import { Conversations } from "./memory/conversations.ts";
import { Turn } from "./memory/turn-record.ts";

/** More than a small integer of V8's, and no whole number. */
const LARGE = 1e10 + 0.5;
/** Doubles of a record's head, and of a side. */
const HEAD_REALS = 13;
const SIDE_REALS = SideReal.windowSumBytes + 1;

let isDone = false;

/**
 * Makes the numbers of three connections that never were: one of which nothing is known, one whose every number is large, and the first again. V8 lays
 * objects out by the kinds of values it has seen; whatever it sees later makes it throw compiled code away and compile again, which costs more than a
 * small capture takes to read. So it sees them all at once, before anything is compiled. Does nothing the second time.
 */
export function settleShapes(): void {
  if (isDone) return;
  isDone = true;
  const conversations = new Conversations();
  const memory = new ConnectionMemory();
  conversations.find(Transport.tcp, anyPacket());
  const conversation = conversations.add(0);
  const connection = new FlowConnection(memory, conversations, new AddressText());
  for (const isKnown of [false, true, false]) {
    memory.allocate();
    memory.ints[memory.base + Int.conversation] = conversation;
    if (isKnown) fill(memory);
    healthOf(connection.moveTo(memory.record), "captureEnd");
  }
}

function anyPacket(): Packet {
  const packet = new Packet();
  packet.view = new DataView(new ArrayBuffer(8));
  packet.addressBytes = 4;
  packet.destinationAddressAt = 4;
  return packet;
}

/** Gives the current connection a large number wherever it may have one. */
function fill(memory: ConnectionMemory): void {
  const { ints, reals, base, turns, trouble } = memory;
  reals.fill(LARGE, base >> 1, (base >> 1) + HEAD_REALS);
  for (const side of [base + CLIENT, base + SERVER]) {
    reals.fill(LARGE, side >> 1, (side >> 1) + SIDE_REALS);
    for (const counter of [SideInt.packets, SideInt.rttSamples, SideInt.maxWindowBytes]) ints[side + counter] = 1;
  }
  ints[base + Int.turns] = turns.allocate();
  const turn = turns.select(ints[base + Int.turns]!);
  turns.reals.fill(LARGE, turn >> 1, (turn >> 1) + Turn.idleMaxNs + 1);
  for (const samples of [Turn.thinkSamples, Turn.idleSamples]) turns.ints[turn + samples] = 1;
  const troubled = memory.needTrouble();
  trouble.reals[troubled >> 1] = LARGE;
}
