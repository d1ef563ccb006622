import type { ConnectionHealth } from "@weir/model";
import type { JudgedConversation } from "./judged-conversation.ts";
import { Score } from "./score.ts";
import type { SideName } from "./segment.ts";

/** What Weir said of many conversations against what was so; both directions of each. */
export interface Scores {
  /** Payload, SYN and FIN that the host sent again. */
  readonly resent: Score;
  /** The same without those that look new at the vantage, because nothing from there on was seen before. */
  readonly resentVisible: Score;
  readonly reordered: Score;
  /** Packets at which a hole opens, of whatever cause; and those at which the cause is a loss before the vantage. */
  readonly holes: Score;
  readonly lostBefore: Score;
  readonly probes: Score;
  /** Copies that the network made, and how many of them are taken for sent again. */
  readonly duplicates: number;
  readonly duplicatesAsResent: number;
  /** Sum of the deviations by the sum of the truths: 0 is exact. */
  readonly zeroWindowError: number;
  readonly goodputError: number;
}

const SIDES: readonly SideName[] = ["client", "server"];

/** Adds up what was said and what was so. */
export function scoresOf(conversations: readonly JudgedConversation[]): Scores {
  const scores = {
    resent: new Score(),
    resentVisible: new Score(),
    reordered: new Score(),
    holes: new Score(),
    lostBefore: new Score(),
    probes: new Score(),
  };
  let duplicates = 0;
  let duplicatesAsResent = 0;
  for (const { truth, noted } of conversations) {
    for (const side of SIDES) {
      const so = truth[side];
      const resent = Object.values(so.resent).flat();
      const saidResent = noted(side, "retransmission", "fastRetransmission", "spuriousRetransmission");
      const saidHoles = noted(side, "lostSegment");
      scores.resent.add(saidResent, new Set(resent));
      scores.resentVisible.add(saidResent, new Set(resent.filter((number) => !so.resentUnseen.includes(number))));
      scores.reordered.add(noted(side, "outOfOrder"), new Set(so.reordered));
      scores.holes.add(saidHoles, new Set(so.holes.keys()));
      scores.lostBefore.add(saidHoles, new Set([...so.holes.keys()].filter((at) => so.holes.get(at) === "lostBefore")));
      scores.probes.add(noted(side, "zeroWindowProbe"), new Set(so.probes));
      duplicates += so.duplicates.length;
      duplicatesAsResent += so.duplicates.filter((number) => saidResent.has(number)).length;
    }
  }
  return {
    ...scores,
    duplicates,
    duplicatesAsResent,
    zeroWindowError: errorOf(conversations, "ZeroWindowNs", "zeroWindowNs"),
    goodputError: errorOf(conversations, "GoodputBytes", "goodputBytes"),
  };
}

function errorOf(
  conversations: readonly JudgedConversation[],
  field: "ZeroWindowNs" | "GoodputBytes",
  fact: "zeroWindowNs" | "goodputBytes",
): number {
  let deviation = 0;
  let total = 0;
  for (const { truth, health } of conversations) {
    for (const side of SIDES) {
      deviation += Math.abs(ofSide(health, side, field) - truth[side][fact]);
      total += truth[side][fact];
    }
  }
  return total === 0 ? deviation : deviation / total;
}

/** A number that a connection has of each side: `ofSide(health, "client", "Packets")`. */
export function ofSide<Name extends CountOfSide>(health: ConnectionHealth, side: SideName, name: Name): number {
  return health[`${side}${name}`];
}

type CountOfSide =
  | "Packets"
  | "PayloadBytes"
  | "GoodputBytes"
  | "DataSegments"
  | "LostSegments"
  | "ZeroWindows"
  | "ZeroWindowNs"
  | "ZeroWindowProbes"
  | "Fins"
  | "Resets";
