import type { OtelSpanRow } from "@weir/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decideTraces,
  NO_INTEREST,
  noteSpan,
  OperationBaseline,
  samplingThreshold,
  samplingWeight,
  traceRandomness,
  type WaitingTrace,
  withThreshold,
} from "./index.ts";

const ALL = 2n ** 56n;
const randomness = fc.bigInt({ min: 0n, max: ALL - 1n });
const trace = (index: number, bits: bigint, more: Partial<WaitingTrace> = {}): WaitingTrace => ({
  ...NO_INTEREST,
  traceId: String(index),
  randomness: bits,
  isEvidence: false,
  ...more,
});

/** Random bits that are the same in every run (Mulberry32, twice 28 bits). */
function steadyBits(seed: number): () => bigint {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return BigInt(((mixed ^ (mixed >>> 14)) >>> 0) >>> 4);
  };
  return () => (next() << 28n) | next();
}

describe("which traces are kept", () => {
  it("are all with an error or evidence, and of the others never more than the budget", () => {
    const any = fc.record({
      bits: randomness,
      hasError: fc.boolean(),
      isEvidence: fc.boolean(),
      isSlow: fc.boolean(),
      isRare: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 60 }), fc.integer({ min: 4, max: 40 }), (all, budget) => {
        const traces = all.map(({ bits, ...interest }, index) => trace(index, bits, interest));
        const kept = decideTraces(traces, budget);
        const isSure = ({ hasError, isEvidence }: WaitingTrace) => hasError || isEvidence;
        for (const { traceId } of traces.filter(isSure)) expect(kept.get(traceId)?.threshold).toBe(0n);
        const others = traces.filter((each) => !isSure(each) && kept.has(each.traceId));
        expect(others.length).toBeLessThanOrEqual(budget);
        for (const { traceId, randomness: bits } of others)
          expect(bits).toBeGreaterThanOrEqual(kept.get(traceId)?.threshold ?? ALL);
      }),
    );
  });

  it("stand for as many as there were, whatever the load: estimates are unbiased, and their error bars hold 95 of 100", () => {
    const bits = steadyBits(7);
    for (const load of [50, 300, 1_500]) {
      const runs = 300;
      const estimates = Array.from({ length: runs }, () => {
        const traces = Array.from({ length: load }, (_, index) =>
          trace(index, bits(), { hasError: index % 50 === 0, isSlow: index % 20 === 1 }),
        );
        const weights = [...decideTraces(traces, 100).values()].map(({ threshold }) => samplingWeight(threshold));
        const sum = weights.reduce((all, weight) => all + weight, 0);
        const error = 1.96 * Math.sqrt(weights.reduce((all, weight) => all + weight * (weight - 1), 0));
        return { sum, isHeld: Math.abs(sum - load) <= error + 1e-6 };
      });
      const mean = estimates.reduce((all, { sum }) => all + sum, 0) / runs;
      expect(Math.abs(mean - load) / load).toBeLessThan(0.02);
      expect(estimates.filter(({ isHeld }) => isHeld).length / runs).toBeGreaterThan(0.92);
    }
  });

  it("fall in probability as the load rises", () => {
    const bits = steadyBits(1);
    const thresholds = [100, 1_000, 10_000].map((load) => {
      const kept = decideTraces(
        Array.from({ length: load }, (_, index) => trace(index, bits())),
        100,
      );
      return samplingWeight([...kept.values()][0]?.threshold ?? 0n);
    });
    expect(thresholds[0]).toBe(1);
    expect(thresholds[1]).toBeCloseTo(10, -1);
    expect(thresholds[2]).toBeGreaterThan(70);
  });
});

describe("a threshold in tracestate", () => {
  it("is read back as it was written, and leaves what others wrote", () => {
    fc.assert(
      fc.property(randomness, (threshold) => {
        const written = withThreshold("rojo=00f0,ot=rv:6e6d1a75832a2f;th:8", threshold);
        expect(samplingThreshold(written)).toBe(threshold);
        expect(written).toMatch(/^ot=th:[0-9a-f]+;rv:6e6d1a75832a2f,rojo=00f0$/);
      }),
    );
  });

  it("is that of the specification's examples: c keeps a quarter, 8 a half, 0 all", () => {
    expect(["ot=th:c", "ot=th:8", "ot=th:0", ""].map((state) => samplingWeight(samplingThreshold(state)))).toEqual([
      4, 2, 1, 1,
    ]);
    expect(withThreshold("", 2n ** 55n)).toBe("ot=th:8");
    expect(withThreshold("", 0n)).toBe("ot=th:0");
  });

  it("is nothing where it cannot be read", () => {
    for (const state of ["ot=", "ot=th:", "ot=th:xyz", "ot=th:123456789012345", "not=th:8", "ot"])
      expect(samplingThreshold(state)).toBe(0n);
  });

  it("stands beside the trace's random bits: said ones, else the end of its id", () => {
    expect(traceRandomness("4bf92f3577b34da6a3ce929d0e0e4736", "")).toBe(0xce929d0e0e4736n);
    expect(traceRandomness("4bf92f3577b34da6a3ce929d0e0e4736", "ot=rv:00000000000001")).toBe(1n);
  });
});

describe("what a span says of its trace", () => {
  const span = (name: string, durationMs: number, more: Partial<OtelSpanRow> = {}) =>
    ({
      ...{ ServiceName: "orders", SpanName: name, SpanKind: "Server", ParentSpanId: "1", StatusCode: "Unset" },
      SpanAttributes: {},
      Duration: BigInt(durationMs * 1e6),
      ...more,
    }) as OtelSpanRow;
  const interestIn = (baseline: OperationBaseline, one: OtelSpanRow, nowMs = 0) => {
    const interest = { ...NO_INTEREST };
    noteSpan(one, interest, baseline, nowMs);
    return interest;
  };

  it("is slow against the past of its own operation, and rare while it is seldom seen", () => {
    const baseline = new OperationBaseline(0);
    expect(interestIn(baseline, span("pay", 10))).toMatchObject({ isRare: true, isSlow: false });
    for (let index = 0; index < 300; index += 1) interestIn(baseline, span("pay", 10 + (index % 10)));
    expect(interestIn(baseline, span("pay", 25))).toEqual(NO_INTEREST);
    expect(interestIn(baseline, span("pay", 60))).toMatchObject({ isSlow: true });
    expect(interestIn(baseline, span("pay", 60, { SpanKind: "Internal" })).isSlow).toBe(false);
    expect(interestIn(baseline, span("refund", 60))).toMatchObject({ isRare: true, isSlow: false });
  });

  it("is forgotten after two periods", () => {
    const baseline = new OperationBaseline(0);
    for (let index = 0; index < 300; index += 1) interestIn(baseline, span("pay", 10));
    expect(interestIn(baseline, span("pay", 10), 11 * 60_000).isRare).toBe(false);
    expect(interestIn(baseline, span("pay", 10), 60 * 60_000).isRare).toBe(true);
  });

  it("is rare where it asks whom its service seldom asks, and an error where it failed", () => {
    const baseline = new OperationBaseline(0);
    const ask = (peer: string) => span("GET", 1, { SpanKind: "Client", SpanAttributes: { "server.address": peer } });
    for (let index = 0; index < 50; index += 1) interestIn(baseline, ask("stock"));
    expect(interestIn(baseline, ask("stock")).isRare).toBe(false);
    expect(interestIn(baseline, ask("ledger")).isRare).toBe(true);
    expect(interestIn(baseline, span("pay", 1, { StatusCode: "Error" })).hasError).toBe(true);
  });
});
