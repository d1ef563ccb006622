import { readFileSync } from "node:fs";
import type { ConnectionHealth } from "@weir/model";
import { describe, expect, it } from "vitest";
import {
  type CountFact,
  countScore,
  MEASURES,
  type Measure,
  measureErrors,
  stallScore,
} from "./testing/simulation/fact-scores.ts";
import { type JudgedScenario, renderCountTable, renderMeasureTable } from "./testing/simulation/fact-table.ts";
import { type JudgedConversation, judgeConversation } from "./testing/simulation/judged-conversation.ts";
import { MODERN_SCENARIOS, type ModernScenario, modernConversationOf } from "./testing/simulation/scenarios.ts";

/*
 * The facts of conversations between hosts of today (SACK, timestamps, tail loss probes, ECN), held to what the hosts and the path know. What a header
 * says is counted exactly; what has to be judged has a floor just below what was measured. README.md, "Ground truth", has the numbers.
 */

const SIDES = ["client", "server"] as const;
const SEEDS = Array.from({ length: 30 }, (_, seed) => seed);
const scenarios: readonly JudgedScenario[] = MODERN_SCENARIOS.map((name) => ({
  name,
  conversations: SEEDS.map((seed) => judgeConversation(modernConversationOf(name, seed))),
}));
const of = (...names: readonly ModernScenario[]) =>
  scenarios.filter(({ name }) => names.some((other) => other === name)).flatMap(({ conversations }) => conversations);
const everywhere = of(...MODERN_SCENARIOS);

/** The engine is on its way to measure these facts: until it does, they are all zero. */
const isMeasured = everywhere.some(({ health }) => health.clientMaxBytesInFlight > 0);

describe("exact", () => {
  it("330 conversations, each one connection that ended as the hosts ended it, with its streams", () => {
    expect(everywhere.length).toBe(330);
    for (const { connections, health, truth, streams } of everywhere) {
      expect(connections.length).toBe(1);
      expect(health.closeReason).toBe(truth.closeReason);
      for (const side of SIDES) expect(streams[side]).toBe(truth[side].stream);
    }
  });

  it("copies that the network made, ACKs included, by their IP identification", () => {
    const { right, wrong, unsaid } = countScore(everywhere, "copies");
    expect(right).toBeGreaterThan(150);
    expect([wrong, unsaid]).toEqual([0, 0]);
  });
});

describe.runIf(isMeasured)("what headers say is counted exactly", () => {
  const exact: readonly CountFact[] = [
    "sackBlocks",
    "duplicateSacks",
    "congestionMarks",
    "congestionEchoes",
    "congestionReduced",
  ];

  it.each(exact)("%s", (fact) => {
    const { right, wrong, unsaid } = countScore(everywhere, fact);
    expect(right).toBeGreaterThan(100);
    expect([wrong, unsaid]).toEqual([0, 0]);
  });

  const sizes: readonly Measure[] = ["largestSegmentBytes", "minWindowBytes", "meanWindowBytes", "maxWindowBytes"];

  it.each(sizes)("%s", (measure) => expect(measureErrors(everywhere, measure).largest).toBe(0));

  it("throughput: every payload byte in the bucket of its time", () => {
    for (const conversation of everywhere) {
      for (const side of SIDES)
        expect(conversation.health[`${side}Throughput`]).toEqual(throughputOf(conversation, side));
    }
  });
});

/** Payload per bucket, as wide as the connection says that its buckets are. */
function throughputOf({ captured, health }: JudgedConversation, side: "client" | "server"): number[] {
  const said: ConnectionHealth["clientThroughput"] = health[`${side}Throughput`];
  const buckets = said.map(() => 0);
  const startNs = Math.round(captured[0]?.atNs ?? 0);
  for (const { segment, atNs } of captured) {
    if (segment.from !== side || segment.payloadBytes === 0) continue;
    const at = Math.floor((Math.round(atNs) - startNs) / health.throughputBucketNs);
    buckets[at] = (buckets[at] ?? 0) + segment.payloadBytes;
  }
  return buckets;
}

/** The facts that are judged, as the tables of README.md have them. */
const RESENT = ["fastRetransmissions", "timeoutRetransmissions", "tailLossProbes", "spuriousRetransmissions"] as const;
const LOST = ["lostBefore", "lostAfter", "notCapturedBytes", "retransmittedBytes"] as const;

describe.runIf(isMeasured)("README.md has the numbers of today", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

  it("how it was sent again", () => expect(readme).toContain(renderCountTable(scenarios, RESENT)));
  it("where it was lost", () => expect(readme).toContain(renderCountTable(scenarios, LOST)));
  it("sizes and times", () =>
    expect(readme).toContain(renderMeasureTable(scenarios, Object.keys(MEASURES) as Measure[])));
});

describe.runIf(isMeasured)("the longest pause", () => {
  it("is what the hosts say that they waited for", () => {
    const score = stallScore(everywhere);
    expect(score.precision).toBeGreaterThan(0.9);
    expect(score.recall).toBeGreaterThan(0.9);
  });
});
