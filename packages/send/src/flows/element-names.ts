import { DatagramWriter } from "./datagram-writer.ts";
import { ELEMENT_TYPES, type Element, writeValue } from "./element.ts";

/** Names of Weir's elements for collectors that do not know them: an options template with its records (RFC 5610 §3.9). */

export const NAMES_TEMPLATE_ID = 511;

/** Elements of an element's description, with the bytes that they take: the first two are what it is about. */
const PARTS = [
  ["privateEnterpriseNumber", 346, 4],
  ["informationElementId", 303, 2],
  ["informationElementDataType", 339, 1],
  ["informationElementSemantics", 344, 1],
  ["informationElementUnits", 345, 2],
  ["informationElementName", 341, ELEMENT_TYPES.string.lengthBytes],
  ["informationElementDescription", 340, ELEMENT_TYPES.string.lengthBytes],
] as const;
const SCOPE_PARTS = 2;

/** RFC 5610 §3.6: what a value is; §3.7: what it counts. */
const SEMANTICS = { none: 0, quantity: 1 } as const;
const UNITS = { none: 0, octets: 2, packets: 3, nanoseconds: 8 } as const;

/** The options template record. */
export function writeNamesTemplate(): Uint8Array {
  const writer = new DatagramWriter().uint16(NAMES_TEMPLATE_ID).uint16(PARTS.length).uint16(SCOPE_PARTS);
  for (const [, number, lengthBytes] of PARTS) writer.uint16(number).uint16(lengthBytes);
  return writer.bytes();
}

/** The record that describes one element. */
export function writeElementName({ number, name, type, meaning }: Element, enterprise: number): Uint8Array {
  const isNumber = type !== "string" && type !== "boolean";
  const writer = new DatagramWriter().uint32(enterprise).uint16(number);
  writer.unsigned(ELEMENT_TYPES[type].number, 1);
  writer.unsigned(isNumber ? SEMANTICS.quantity : SEMANTICS.none, 1);
  writer.uint16(isNumber ? unitsOf(name) : UNITS.none);
  writeValue(writer, "string", name);
  writeValue(writer, "string", meaning);
  return writer.bytes();
}

/** Units stand in names. */
function unitsOf(name: string): number {
  if (name.endsWith("Ns")) return UNITS.nanoseconds;
  if (name.endsWith("Bytes") || name === "weirMss") return UNITS.octets;
  return /Segments|Retransmissions|Acks$|OutOfOrder|LostBefore|LostAfter|Fins|Resets|Drops|Marks/.test(name)
    ? UNITS.packets
    : UNITS.none;
}
