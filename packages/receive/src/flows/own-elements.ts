import { decodeUtf8 } from "@weir/base";
import { connectionRecord, type Field, FLOW_ELEMENTS, INITIATOR_ELEMENT } from "@weir/model";
import { wholeNumber } from "./bytes.ts";

/** What a record of another Weir says in Weir's own elements, by their numbers. Its bytes are borrowed. */
export type OwnElements = Map<number, Uint8Array>;

const FIELDS: ReadonlyMap<string, Field> = new Map(connectionRecord.fields.map((field: Field) => [field.name, field]));
const OF_BOTH: ReadonlyMap<number, string> = new Map([...FLOW_ELEMENTS.plain, ...FLOW_ELEMENTS.health]);
const OF_SENDER: ReadonlyMap<number, string> = new Map(FLOW_ELEMENTS.ofSender);

/** True of the name that tells, in a description of elements (RFC 5610), whose enterprise number is Weir's. */
export function isOwnName(name: string): boolean {
  return name === INITIATOR_ELEMENT.name;
}

/** Fields of the connection that elements were made of, as text; undefined where there are none. What the sender did not know is not there. */
export function connectionOf(elements: OwnElements): Readonly<Record<string, string>> | undefined {
  if (elements.size === 0) return undefined;
  const initiator = elements.get(INITIATOR_ELEMENT.number);
  const side = initiator !== undefined && wholeNumber(initiator) === 1 ? "client" : "server";
  const fields: Record<string, string> = {};
  for (const [number, bytes] of elements) {
    const ofSender = OF_SENDER.get(number);
    const name = OF_BOTH.get(number) ?? (ofSender === undefined ? undefined : `${side}${ofSender}`);
    const field = name === undefined ? undefined : FIELDS.get(name);
    const text = field === undefined ? undefined : textOf(field, bytes);
    if (name !== undefined && text !== undefined) fields[name] = text;
  }
  return fields;
}

/** A value as text; undefined for what stands where the sender knows none: an empty text, NaN, the largest number. */
function textOf({ type }: Field, bytes: Uint8Array): string | undefined {
  if (type === "string") return bytes.length === 0 ? undefined : decodeUtf8(bytes);
  if (type === "float") {
    if (bytes.length !== 8) return undefined;
    const value = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat64(0);
    return Number.isNaN(value) ? undefined : String(value);
  }
  return bytes.length > 8 || bytes.every((byte) => byte === 0xff) ? undefined : String(wholeNumber(bytes));
}
