import type { ConnectionHealth } from "@weir/model";
import type { StreamFacts } from "./facts.ts";

/** One fact of one stream on which Weir and tshark differ. */
export interface Difference {
  readonly fact: string;
  readonly tshark: string;
  readonly weir: string;
}

/** Timing is compared to a microsecond, and a part in a thousand. */
const TIMING_NS = 1_000;
const TIMING_RATIO = 0.001;

/** Facts with a pair of numbers per stream: tshark's flag, and how Weir names it for client and server. */
const PAIRS: readonly (readonly [string, (health: ConnectionHealth) => readonly [number, number]])[] = [
  ["ack_lost_segment", (h) => [h.clientUnseenAcked, h.serverUnseenAcked]],
  ["lost_segment", (h) => [h.clientLostSegments, h.serverLostSegments]],
  ["duplicate_ack", (h) => [h.clientDuplicateAcks, h.serverDuplicateAcks]],
  ["zero_window", (h) => [h.clientZeroWindows, h.serverZeroWindows]],
  ["zero_window_probe", (h) => [h.clientZeroWindowProbes, h.serverZeroWindowProbes]],
  ["window_full", (h) => [h.clientWindowFull, h.serverWindowFull]],
  ["window_update", (h) => [h.clientWindowUpdates, h.serverWindowUpdates]],
  ["keep_alive", (h) => [h.clientKeepAlives, h.serverKeepAlives]],
  ["keep_alive_ack", (h) => [h.clientKeepAliveAcks, h.serverKeepAliveAcks]],
];

/** Every fact that is compared, in the order in which it is printed. */
export const FACTS = [
  "present",
  "packets",
  "bytes",
  "syn",
  "syn_ack",
  "fin",
  "rst",
  "completeness",
  "initial_rtt",
  "retransmission+out_of_order",
  ...PAIRS.map(([name]) => name),
  "mss",
  "wscale",
] as const;

/** Holds one stream's facts against Weir's numbers. `firstRttNs` absent leaves timing out (captures with invented timestamps). */
export function compareStream(
  facts: StreamFacts,
  health: ConnectionHealth | undefined,
  shownCompleteness: number | undefined,
  firstRttNs: number | undefined,
): Difference[] {
  if (health === undefined) return [{ fact: "present", tshark: "yes", weir: "no" }];
  const differences: Difference[] = [];
  const expect = (fact: string, tshark: unknown, weir: unknown) => {
    const [a, b] = [JSON.stringify(tshark ?? null), JSON.stringify(weir ?? null)];
    if (a !== b) differences.push({ fact, tshark: a, weir: b });
  };
  // tshark's client is who sent first; ours is who asked: line the pairs up by address.
  const isSame = facts.client === `${health.clientAddress} ${health.clientPort}` || sameEnd(facts.client, health);
  const pair = <T>(values: readonly [T, T]): readonly [T, T] => (isSame ? values : [values[1], values[0]]);
  expect("packets", facts.packets, pair([health.clientPackets, health.serverPackets]));
  expect("bytes", facts.bytes, pair([health.clientPayloadBytes, health.serverPayloadBytes]));
  expect("fin", facts.fin, pair([health.clientFins, health.serverFins]));
  expect("rst", facts.rst, pair([health.clientResets, health.serverResets]));
  if (facts.completeness !== undefined && !isAnnounced(facts, shownCompleteness))
    expect("completeness", facts.completeness, shownCompleteness);
  if (facts.syn > 0) expect("syn", facts.syn - 1, health.synRetransmissions);
  if (facts.synack > 0) expect("syn_ack", facts.synack - 1, health.synAckRetransmissions);
  const flag = (name: string): readonly [number, number] => facts.flags?.[name] ?? [0, 0];
  for (const [name, weir] of PAIRS) expect(name, flag(name), pair(weir(health)));
  const resent = flag("retransmission");
  const reordered = flag("out_of_order");
  expect(
    "retransmission+out_of_order",
    [resent[0] + reordered[0], resent[1] + reordered[1]],
    pair([
      health.clientRetransmissions + health.clientOutOfOrder,
      health.serverRetransmissions + health.serverOutOfOrder,
    ]),
  );
  const absent = [null, null] as const;
  expect("mss", facts.mss ?? absent, pair([health.clientMss ?? null, health.serverMss ?? null]));
  expect("wscale", facts.wscale ?? absent, pair([health.clientWindowScale ?? null, health.serverWindowScale ?? null]));
  if (firstRttNs !== undefined) compareRtt(facts, firstRttNs, differences);
  return differences;
}

function compareRtt(facts: StreamFacts, weirNs: number, differences: Difference[]): void {
  if (facts.initial_rtt === undefined) return;
  const tsharkNs = facts.initial_rtt * 1e9;
  if (Math.abs(weirNs - tsharkNs) <= Math.max(TIMING_NS, Math.abs(tsharkNs) * TIMING_RATIO)) return;
  differences.push({ fact: "initial_rtt", tshark: String(tsharkNs), weir: String(weirNs) });
}

/**
 * tshark leaves the SYN out of the completeness of a conversation that another protocol has announced (FTP data, SIP, H.323): to it, the conversation
 * began before its first packet. It counts the SYN as such all the same.
 */
export function isAnnounced({ syn, completeness }: StreamFacts, shownCompleteness: number | undefined): boolean {
  return syn > 0 && completeness !== undefined && shownCompleteness === completeness + 1 && (completeness & 1) === 0;
}

/** True where an end as tshark writes it is the client: IPv6 may be written in two forms. */
function sameEnd(end: string, health: ConnectionHealth): boolean {
  const port = Number(end.slice(end.lastIndexOf(" ") + 1));
  return port === health.clientPort && port !== health.serverPort;
}
