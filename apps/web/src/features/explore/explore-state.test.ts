import { describe, expect, it } from "vitest";
import { changedQuery } from "../../lib/location.ts";
import {
  exploreState,
  groupCondition,
  measureParts,
  narrowed,
  placeOf,
  questionOf,
  withKind,
} from "./explore-state.ts";

const stateOf = (query: string) => exploreState(new URLSearchParams(query));

describe("what Explore asks", () => {
  it("is by default which services are asked how often", () => {
    expect(questionOf(stateOf(""))).toMatchObject({
      record: "call",
      groupBy: ["server.service"],
      measures: ["count()"],
    });
  });

  it("stands in the URL, whole", () => {
    const state = stateOf("record=retry&by=a+b&measure=p95(retry.durationNs)&bucket=10s&limit=5&others=1&view=table");
    expect(stateOf(changedQuery(new URLSearchParams(), placeOf(state)))).toEqual(state);
    expect(stateOf(changedQuery(new URLSearchParams(), placeOf({ ...state, groupBy: [] }))).groupBy).toEqual([]);
  });

  it("compares only where there is a period to compare", () => {
    expect(questionOf(stateOf("compare=1")).compare).toBeUndefined();
    const period = "from=2026-07-30T12:00:00Z&to=2026-07-30T13:00:00Z";
    expect(questionOf(stateOf(`compare=1&${period}`)).compare).toBe("previous");
  });

  it("keeps the field when the measure changes, as long as it fits", () => {
    const p95 = measureParts("p95(call.requestBytes)");
    expect(withKind("max", p95, "call")).toBe("max(call.requestBytes)");
    expect(withKind("ratio", p95, "call")).toBe('ratio(call.status != "ok")');
    expect(withKind("count", p95, "call")).toBe("count()");
  });

  it("narrows by a group without changing what the filter meant", () => {
    const condition = groupCondition("http.path", 'a"b') ?? "";
    expect(narrowed("", condition)).toBe('http.path == "a\\"b"');
    expect(narrowed("a || b", condition)).toBe('(a || b) && http.path == "a\\"b"');
    expect(groupCondition("http.statusCode", null)).toBe("!has(http.statusCode)");
  });
});
