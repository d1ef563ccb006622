import { ensure } from "@weir/base";
import {
  type Connection,
  connectionRecord,
  type Field,
  FLOW_ELEMENTS,
  type FlowElements,
  INITIATOR_ELEMENT,
} from "@weir/model";
import type { Element, ElementType } from "./element.ts";

/** IANA's enterprise number for documentation (RFC 5612): a placeholder, for Weir has none of its own. `--ipfix-enterprise` takes another one. */
export const PLACEHOLDER_ENTERPRISE = 32_473;

const INITIATOR: Element = {
  ...INITIATOR_ELEMENT,
  type: "boolean",
  isOwn: true,
  meaning: "True in the record of what the client sent, who opened the connection",
  value: ({ half }) => half.side === "client",
};
const ofBoth = (list: FlowElements) => list.map(([number, name]) => elementOf(number, name, fieldOf(name), () => name));
const ofSender = FLOW_ELEMENTS.ofSender.map(([number, name]) =>
  elementOf(number, name, fieldOf(`client${name}`), (side) => `${side}${name}` as keyof Connection),
);

/** Weir's elements in every record. */
export const PLAIN_ELEMENTS: readonly Element[] = [INITIATOR, ...ofBoth(FLOW_ELEMENTS.plain)];
/** Weir's elements in records of TCP and SCTP beside those. */
export const HEALTH_ELEMENTS: readonly Element[] = [...ofBoth(FLOW_ELEMENTS.health), ...ofSender];
/** All of Weir's elements, by their numbers. */
export const OWN_ELEMENTS: readonly Element[] = [...PLAIN_ELEMENTS, ...HEALTH_ELEMENTS].sort(
  (a, b) => a.number - b.number,
);

function fieldOf(name: string): Field {
  return ensure(
    connectionRecord.fields.find((field) => field.name === name),
    `connections have no field ${name}`,
  );
}

function elementOf(
  number: number,
  name: string,
  field: Field,
  nameOf: (side: "client" | "server") => keyof Connection,
): Element {
  return {
    number,
    name: `weir${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    type: typeOf(field),
    isOwn: true,
    meaning: nameOf("client") === nameOf("server") ? field.meaning : ofTheSender(field.meaning),
    value: ({ connection, half }) => connection[nameOf(half.side)] as number | string | undefined,
  };
}

/** What is said of the client, said of whoever sent. */
function ofTheSender(meaning: string): string {
  const words: Readonly<Record<string, string>> = {
    client: "sender",
    Client: "Sender",
    server: "receiver",
    Server: "Receiver",
  };
  return meaning.replace(/\b(client|server)\b/gi, (word) => words[word] ?? word);
}

/** Durations and bytes may be long; counts are not. */
function typeOf({ type, unit }: Field): ElementType {
  if (type === "string") return "string";
  if (type === "float") return "float64";
  return unit === "ns" || unit === "bytes" ? "unsigned64" : "unsigned32";
}
