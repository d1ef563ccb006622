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
 * says is counted exactly; what has to be judged has a floor just below what was measured. ground-truth-facts.md has the numbers.
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

describe("what headers and clocks say is counted exactly", () => {
  const exact: readonly CountFact[] = [
    "sackBlocks",
    "duplicateSacks",
    "congestionMarks",
    "congestionEchoes",
    "congestionReduced",
  ];

  it.each([...exact, "retransmittedBytes", "notCapturedBytes"] as const)("%s", (fact) => {
    const { right, wrong, unsaid } = countScore(everywhere, fact);
    expect(right).toBeGreaterThan(100);
    expect([wrong, unsaid]).toEqual([0, 0]);
  });

  const sizes: readonly Measure[] = [
    "largestSegmentBytes",
    "maxBytesInFlight",
    "minWindowBytes",
    "meanWindowBytes",
    "maxWindowBytes",
  ];
  const turns: readonly Measure[] = [
    "thinkMeanNs",
    "thinkMaxNs",
    "thinkSamples",
    "clientIdleMeanNs",
    "clientIdleMaxNs",
    "clientIdleSamples",
    "longestStallNs",
  ];

  it.each([...sizes, ...turns])("%s", (measure) =>
    expect(measureErrors(everywhere, measure).largest).toBeLessThan(1e-6),
  );

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

/** The facts that are judged, as the tables have them. */
const RESENT = ["fastRetransmissions", "timeoutRetransmissions", "tailLossProbes", "spuriousRetransmissions"] as const;
const LOST = ["lostBefore", "lostAfter", "notCapturedBytes", "retransmittedBytes"] as const;

/** After a change that is meant: `npx vitest run --project unit packages/flow/src/ground-truth-facts.test.ts -u`, and read the difference. */
describe("the numbers of today", () => {
  it("stand in ground-truth-facts.md", async () => {
    const { right, wrong, unsaid } = stallScore(everywhere);
    const text = [
      "# Ground truth of the facts of a connection\n",
      "Written by [a test](src/ground-truth-facts.test.ts); [README.md](README.md#ground-truth) says what it means. In percent.\n",
      "## How it was sent again\n",
      renderCountTable(scenarios, RESENT),
      "\n## Where it was lost\n",
      renderCountTable(scenarios, LOST),
      "\n## Sizes and times, over all scenarios\n",
      renderMeasureTable(scenarios, Object.keys(MEASURES) as Measure[]),
      "\n## The longest pause\n",
      `Explained as the hosts do: ${right} of ${right + unsaid}; otherwise: ${wrong}.\n`,
    ];
    await expect(text.join("\n")).toMatchFileSnapshot("../ground-truth-facts.md");
  });
});

describe("judged, over all scenarios", () => {
  it.each`
    fact                         | precision | recall
    ${"fastRetransmissions"}     | ${0.98}   | ${1}
    ${"timeoutRetransmissions"}  | ${0.98}   | ${0.95}
    ${"tailLossProbes"}          | ${1}      | ${0.94}
    ${"spuriousRetransmissions"} | ${1}      | ${0.88}
    ${"lostBefore"}              | ${0.99}   | ${0.7}
    ${"lostAfter"}               | ${0.98}   | ${0.97}
  `("$fact: precision $precision, recall $recall", ({ fact, precision, recall }) => {
    const score = countScore(everywhere, fact);
    expect(score.precision).toBeGreaterThanOrEqual(precision);
    expect(score.recall).toBeGreaterThanOrEqual(recall);
  });
});

describe("the longest pause", () => {
  it("is what the hosts say that they waited for", () => {
    const score = stallScore(everywhere);
    expect(score.precision).toBeGreaterThan(0.9);
    expect(score.recall).toBeGreaterThan(0.9);
  });
});
