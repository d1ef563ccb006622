import { connectionRecord, type Field } from "@weir/model";

/** One measure of a connection: of both sides apart, or of the connection as a whole. */
export interface HealthRow {
  readonly label: string;
  readonly client?: Field;
  readonly server?: Field;
  readonly whole?: Field;
}

export interface HealthGroup {
  readonly title: string;
  readonly rows: readonly HealthRow[];
}

/** Groups, by the words in the fields' names; a field stands in the first group that wants it. */
const GROUPS: readonly (readonly [string, RegExp])[] = [
  [
    "Time",
    /^(durationNs|handshake\w*Ns$|connectionTime|firstByte|think|clientIdle|longestStall|syn(Ack)?Retr|portReuses)/,
  ],
  ["Round trips", /^rtt/],
  [
    "Loss and order",
    /(etransmi|TailLossProbes|Copies|OutOfOrder|LostSegments|UnseenAcked|Lost(Before|After)|NotCaptured|DuplicateAcks|Sack(Block)?s)/,
  ],
  ["Windows", /(Window|KeepAlive|Mss|MaxBytesInFlight|Options)/],
  ["Volume", /^(client|server)(\w*Bytes|Packets|DataSegments)$/],
  ["Ending", /(Fins|Resets|^reset|unreachable|completeness|closedBy|closedAfter|closeReason|abortCause|attempts)/],
  ["Path", /(Ttl|Dscp|Congestion|pathMtu)/],
];
const SIDES = ["client", "server"] as const;
/** `rttServerMinNs` holds its side in the middle, `clientPackets` in front. */
const SIDE = /^(client|server)(?=[A-Z])|(?<=^(?:handshake|rtt))(Client|Server)/;

/** The connection's numbers in groups, both sides of a measure in one row, by the model's field list. */
export function healthGroups(fields: readonly Field[] = connectionRecord.fields): readonly HealthGroup[] {
  const used = new Set<string>();
  return GROUPS.map(([title, pattern]) => {
    const rows = new Map<string, HealthRow>();
    for (const field of fields) {
      if (used.has(field.name) || !pattern.test(field.name)) continue;
      used.add(field.name);
      const side = SIDES.find((name) => name === SIDE.exec(field.name)?.[0]?.toLowerCase());
      const measure = side === undefined ? field.name : field.name.replace(SIDE, "");
      const key = `${side === undefined ? "whole" : "sides"} ${measure}`;
      rows.set(key, { label: fieldWords(measure), ...rows.get(key), [side ?? "whole"]: field });
    }
    return { title, rows: [...rows.values()] };
  });
}

const ABBREVIATIONS: Readonly<Record<string, string>> = {
  syn: "SYN",
  ack: "ACK",
  acks: "ACKs",
  rtt: "RTT",
  ttl: "TTL",
  mss: "MSS",
  fins: "FINs",
  dscp: "DSCP",
  sack: "SACK",
  sacks: "SACKs",
  mtu: "MTU",
};

/** `zeroWindowNs` → `zero window time`, `duplicateAcks` → `duplicate ACKs`: a field's name in words. */
export function fieldWords(name: string): string {
  const words = name
    .replace(/WindowNs$/, "WindowTime")
    .replace(/Ns$/, "")
    .replace(/([A-Z])/g, " $1")
    .toLowerCase()
    .trim()
    .split(" ");
  return words.map((word) => ABBREVIATIONS[word] ?? word).join(" ");
}
