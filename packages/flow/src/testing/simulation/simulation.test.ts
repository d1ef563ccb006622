import { TcpFlag } from "@weir/wire";
import { describe, expect, it } from "vitest";
import { type ConversationOptions, converse } from "./conversation.ts";
import type { PathLog } from "./path.ts";
import { MODERN_SCENARIOS, type ModernScenario, modernConversationOf } from "./scenarios.ts";
import { endOf, otherSide, type Segment } from "./segment.ts";

/* What is simulated is TCP: hosts of today keep the rules that Weir relies on. Their truth is only as good as that. */

const SEEDS = Array.from({ length: 10 }, (_, seed) => seed);
const logs = new Map<ModernScenario, readonly { options: ConversationOptions; log: PathLog }[]>(
  MODERN_SCENARIOS.map((scenario) => [
    scenario,
    SEEDS.map((seed) => {
      const options = modernConversationOf(scenario, seed);
      return { options, log: converse(options) };
    }),
  ]),
);
const of = (scenario: ModernScenario) => logs.get(scenario) ?? [];
const sentIn = (scenario: ModernScenario) => of(scenario).flatMap(({ log }) => log.sent);
const everySegment = () => MODERN_SCENARIOS.flatMap(sentIn);

describe("hosts of today", () => {
  it.each(MODERN_SCENARIOS)("%s: everything that was written arrives, and both say FIN", (scenario) => {
    for (const { options, log } of of(scenario)) {
      for (const side of ["client", "server"] as const) {
        const written = options.exchanges.reduce(
          (sum, { requestBytes, responseBytes }) => sum + (side === "client" ? requestBytes : responseBytes),
          0,
        );
        const acknowledged = Math.max(
          ...log.sent.filter(({ from }) => from === otherSide(side)).map(({ acknowledgment }) => acknowledgment),
        );
        // SYN, payload, FIN.
        expect(acknowledged).toBe(written + 2);
      }
    }
  });

  it("wait at least 200 ms before the timer sends a segment again; tail loss probes come earlier", () => {
    for (const { log } of MODERN_SCENARIOS.flatMap((scenario) => [...of(scenario)])) {
      for (const segment of log.sent) {
        const before = lastSentBefore(log.sent, segment);
        if (before === undefined) continue;
        const waitedNs = segment.sentAtNs - before.sentAtNs;
        if (segment.sending === "timeout") expect(waitedNs).toBeGreaterThanOrEqual(200e6);
        if (segment.sending === "tailProbe") expect(waitedNs).toBeLessThan(1e9);
      }
    }
    for (const sending of ["fast", "timeout", "afterTimeout", "tailProbe", "probe"] as const)
      expect(everySegment().filter((segment) => segment.sending === sending).length).toBeGreaterThan(2);
  });

  it("say by SACK only what has arrived: behind their acknowledgment, or twice", () => {
    for (const segment of everySegment()) {
      const [first, ...rest] = segment.sackBlocks;
      for (const [from] of segment.hasDuplicateSack ? rest : segment.sackBlocks)
        expect(from).toBeGreaterThan(segment.acknowledgment);
      if (segment.hasDuplicateSack && first !== undefined)
        expect(first[1] <= segment.acknowledgment || rest.some(([, to]) => to >= first[1])).toBe(true);
      expect(segment.sackBlocks.length).toBeLessThanOrEqual(3);
    }
  });

  it("say D-SACK only where something came twice", () => {
    const duplicates = (scenario: ModernScenario) =>
      sentIn(scenario).filter(({ hasDuplicateSack }) => hasDuplicateSack).length;
    for (const scenario of ["modern", "congestion", "captureDrops"] as const) expect(duplicates(scenario)).toBe(0);
    for (const scenario of ["modernDuplication", "tailLoss"] as const) expect(duplicates(scenario)).toBeGreaterThan(5);
  });

  it("echo a congestion mark until the other side says that it sends less (RFC 3168 §6.1)", () => {
    const plain = sentIn("congestion").filter(({ flags }) => (flags & TcpFlag.syn) === 0);
    expect(plain.filter(({ flags }) => (flags & TcpFlag.ece) !== 0).length).toBeGreaterThan(50);
    expect(plain.filter(({ flags }) => (flags & TcpFlag.cwr) !== 0).length).toBeGreaterThan(20);
    expect(
      sentIn("modern").filter(
        ({ flags }) => (flags & (TcpFlag.ece | TcpFlag.cwr)) !== 0 && (flags & TcpFlag.syn) === 0,
      ),
    ).toEqual([]);
    // Only new payload may be marked.
    expect(everySegment().filter(({ isEcnCapable, sending }) => isEcnCapable && sending !== "first")).toEqual([]);
  });

  it("echo the timestamp of the segment that they acknowledge, not of one behind a hole (RFC 7323 §4.3)", () => {
    for (const { log } of of("modernLossBoth")) {
      for (const { acknowledgment, timestamps, from, sackBlocks } of log.sent) {
        if (timestamps === undefined || timestamps.echo === 0 || sackBlocks.length === 0) continue;
        const couldBeEchoed = log.sent.some(
          (other) =>
            other.from !== from && other.timestamps?.value === timestamps.echo && other.sequence <= acknowledgment,
        );
        expect(couldBeEchoed).toBe(true);
      }
    }
  });
});

/** When the same segment was last sent before. */
function lastSentBefore(sent: readonly Segment[], { id, from, sequence }: Segment): Segment | undefined {
  return sent.findLast(
    (other) => other.from === from && other.id < id && other.sequence === sequence && endOf(other) > other.sequence,
  );
}
