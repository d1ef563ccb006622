/** MQTT control packets (MQTT 5.0 §2.1): one byte of type and flags, the remaining length as a variable byte integer. */
export const PacketType = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
  auth: 15,
} as const;
export type PacketType = (typeof PacketType)[keyof typeof PacketType];

/** Protocol levels as CONNECT has them (§3.1.2.2), with the version they stand for. */
const LEVELS: Readonly<Record<number, string>> = { 3: "3.1", 4: "3.1.1", 5: "5" };
/** Mosquitto's bridges set the highest bit of the level. */
const LEVEL_MASK = 0x7f;
/** A fixed header is one byte and up to four of length. */
const MAX_LENGTH_BYTES = 4;

/** A variable byte integer and how many bytes it took. */
export interface VariableInteger {
  readonly value: number;
  readonly bytes: number;
}

/** Variable byte integer (§1.5.5): seven bits a byte, lowest first, four bytes at most. */
export function readVariableInteger(bytes: Uint8Array, at: number): VariableInteger | "needMore" | undefined {
  let value = 0;
  for (let index = 0; index < MAX_LENGTH_BYTES; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return "needMore";
    value += (byte & 0x7f) * 128 ** index;
    if (byte < 0x80) return { value, bytes: index + 1 };
  }
  return undefined;
}

/** Length of the packet that begins here, header included. */
export function packetLength(bytes: Uint8Array): number | "needMore" | undefined {
  const remaining = readVariableInteger(bytes, 1);
  if (remaining === undefined || remaining === "needMore") return remaining;
  return 1 + remaining.bytes + remaining.value;
}

/** Type of the packet that begins here; 0 is reserved. */
export function typeOf(bytes: Uint8Array): number {
  return (bytes[0] ?? 0) >> 4;
}

/** True where the header's lower four bits are as the standard demands (§2.1.3). PUBLISH has flags there, but no fourth quality of service. */
export function hasLegalFlags(header: number): boolean {
  const type = header >> 4;
  const flags = header & 0x0f;
  if (type === PacketType.publish) return (flags & 0x06) !== 0x06;
  // Version 3.1 lets the sender set DUP on these three.
  if (type === PacketType.pubrel || type === PacketType.subscribe || type === PacketType.unsubscribe)
    return (flags & 0x07) === 0x02;
  return flags === 0;
}

/** Version by the level in CONNECT; undefined for a level that there is not. */
export function versionOfLevel(level: number): string | undefined {
  return LEVELS[level & LEVEL_MASK];
}
