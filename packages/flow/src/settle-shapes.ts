import { type ConnectionHealth, connectionRecord, type Field } from "@weir/model";
import { Packet, Transport } from "@weir/wire";
import { AddressText } from "./address-text.ts";
import { FlowConnection } from "./connection.ts";
import { healthOf } from "./health.ts";
import { ConnectionMemory } from "./memory/connection-memory.ts";
import { Int } from "./memory/connection-record.ts";
import { Conversations } from "./memory/conversations.ts";

/** No whole number: V8 keeps it as a double. */
const DOUBLE = 0.5;
/** V8 makes up its mind about the size of a class's objects when it has seen this many. */
const OBJECTS_TO_SETTLE = 8;
const FIELDS: ReadonlyMap<string, Field> = new Map(connectionRecord.fields.map((field) => [field.name, field]));

let settled: ConnectionHealth | undefined;

/**
 * Makes the numbers of some connections that never were. V8 lays objects out by the kinds of values that it has seen in them, and forgets what it learned
 * when the last of them is gone; whatever it sees later makes it throw compiled code away and compile again, which costs more than a small capture takes
 * to read. So it sees all kinds at once, before anything is compiled, and one of the objects is kept. Does nothing the second time.
 */
export function settleShapes(): void {
  if (settled !== undefined) return;
  const conversations = new Conversations();
  const memory = new ConnectionMemory();
  conversations.find(Transport.tcp, anyPacket());
  const conversation = conversations.add(0);
  const connection = new FlowConnection(memory, conversations, new AddressText());
  memory.allocate();
  memory.ints[memory.base + Int.conversation] = conversation;
  for (let made = 0; made < OBJECTS_TO_SETTLE; made += 1) {
    settled = healthOf(connection.moveTo(memory.record), "captureEnd");
    showAllKinds(settled);
  }
}

function anyPacket(): Packet {
  const packet = new Packet();
  packet.view = new DataView(new ArrayBuffer(8));
  packet.addressBytes = 4;
  packet.destinationAddressAt = 4;
  return packet;
}

/** Gives every field the kinds of values that it may have, and what is no number any object; what counts remains a small integer. */
function showAllKinds(health: ConnectionHealth): void {
  const values = health as unknown as Record<string, number | undefined>;
  for (const name of Object.keys(health)) {
    const field = FIELDS.get(name);
    const isNumber = field?.type === "int" || field?.type === "float";
    if (field?.optional || !isNumber) values[name] = undefined;
    if (isNumber && (field.optional || !isCount(field))) values[name] = DOUBLE;
  }
}

function isCount({ unit, type }: Field): boolean {
  return type === "int" && (unit === undefined || unit === "count" || unit === "packets");
}
