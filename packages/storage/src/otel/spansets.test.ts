import { describe, expect, it } from "vitest";
import { type RelatedSpan, tracesWithBelow } from "./spansets.ts";

/** Spans of one trace, each written as `id<parent` with `a` for one that is looked for above and `b` for one below. */
function trace(traceId: string, ...spans: readonly string[]): RelatedSpan[] {
  return spans.map((text) => {
    const [, spanId = "", parentSpanId = "", marks = ""] = /^(\w+)<(\w*)(?: (\w+))?$/.exec(text) ?? [];
    return {
      traceId,
      spanId,
      parentSpanId,
      isAbove: Number(marks.includes("a")),
      isBelow: Number(marks.includes("b")),
    };
  });
}

describe("traces in which a span lies below another", () => {
  it.each([
    ["directly", ["1< a", "2<1 b"], true],
    ["with spans between", ["3<2 b", "2<1", "1< a"], true],
    ["not beside", ["1<", "2<1 a", "3<1 b"], false],
    ["not above", ["1< b", "2<1 a"], false],
    ["not itself", ["1< ab"], false],
    ["not where the trace is torn between them", ["1< a", "3<2 b"], false],
    ["also where parents go round in a circle", ["1<2 a", "2<1 b"], true],
    ["not in such a circle without one", ["1<2", "2<1 b"], false],
  ])("%s", (_, spans, isFound) => {
    expect(tracesWithBelow(trace("t", ...spans))).toEqual(isFound ? ["t"] : []);
  });

  it("not over the bounds of traces", () => {
    expect(tracesWithBelow([...trace("t", "1< a"), ...trace("u", "2<1 b")])).toEqual([]);
  });
});
