import { ensure } from "@weir/base";
import { type Connection, connectionRecord, type Field } from "@weir/model";
import type { Element, ElementType } from "./element.ts";

/** IANA's enterprise number for documentation (RFC 5612): a placeholder, for Weir has none of its own. `--ipfix-enterprise` takes another one. */
export const PLACEHOLDER_ENTERPRISE = 32_473;

type OfBoth = readonly (readonly [number: number, field: keyof Connection])[];

/** Fields of connections that are elements in every record. Numbers stay for good: one is never used for something else. */
const PLAIN: OfBoth = [
  [1, "connectionId"],
  [3, "clientService"],
  [4, "serverService"],
  [5, "durationNs"],
  [6, "closeReason"],
  [7, "calls"],
  [8, "callErrors"],
  [9, "grade"],
];
/** Those of records of TCP and SCTP beside them. A record has 60 fields at most, or Wireshark does not read it. */
const HEALTH: OfBoth = [
  [16, "handshakeNs"],
  [17, "rttServerMinNs"],
  [18, "rttServerP50Ns"],
  [19, "rttServerP95Ns"],
  [20, "rttClientMinNs"],
  [21, "rttClientP50Ns"],
  [22, "rttClientP95Ns"],
  [23, "retransmissionRatio"],
  [24, "synRetransmissions"],
  [25, "synAckRetransmissions"],
  [26, "firstByteNs"],
  [27, "thinkMeanNs"],
  [28, "longestStallNs"],
  [29, "longestStallReason"],
  [30, "failingVerdict"],
  [31, "slowVerdict"],
  [32, "tlsServerName"],
];
/** Those of one side, as the sender's: `Retransmissions` is `clientRetransmissions` in what the client sent. */
const OF_SENDER: readonly (readonly [number: number, name: string])[] = [
  [64, "PayloadBytes"],
  [65, "GoodputBytes"],
  [66, "DataSegments"],
  [67, "Retransmissions"],
  [68, "FastRetransmissions"],
  [69, "TimeoutRetransmissions"],
  [70, "RetransmittedBytes"],
  [71, "OutOfOrder"],
  [72, "LostSegments"],
  [73, "LostBefore"],
  [74, "LostAfter"],
  [75, "DuplicateAcks"],
  [76, "ZeroWindows"],
  [77, "ZeroWindowNs"],
  [78, "MinWindowBytes"],
  [79, "MaxBytesInFlight"],
  [80, "Mss"],
  [81, "KernelRetransmissions"],
  [82, "Drops"],
];

const INITIATOR: Element = {
  number: 2,
  name: "weirInitiator",
  type: "boolean",
  isOwn: true,
  meaning: "True in the record of what the client sent, who opened the connection",
  value: ({ half }) => half.side === "client",
};
const ofBoth = (list: OfBoth) => list.map(([number, name]) => elementOf(number, name, fieldOf(name), () => name));
const ofSender = OF_SENDER.map(([number, name]) =>
  elementOf(number, name, fieldOf(`client${name}`), (side) => `${side}${name}` as keyof Connection),
);

/** Weir's elements in every record. */
export const PLAIN_ELEMENTS: readonly Element[] = [INITIATOR, ...ofBoth(PLAIN)];
/** Weir's elements in records of TCP and SCTP beside those. */
export const HEALTH_ELEMENTS: readonly Element[] = [...ofBoth(HEALTH), ...ofSender];
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
