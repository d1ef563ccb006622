import { describe, expect, it } from "vitest";
import { DETECTOR_DESCRIPTIONS } from "./detectors.ts";
import { connection, findingOf, findingsOf, times } from "./testing/records.ts";

describe("evidence", () => {
  it("is cut to twenty, and its counts are whole", () => {
    const refused = () => connection({ closeReason: "refused", completeness: 33, calls: 0 });
    const evidence = findingOf("tcp.connect-refused", { connections: times(50, refused) })?.evidence;
    expect(evidence?.connectionIds).toHaveLength(20);
    expect(evidence?.streams).toHaveLength(20);
    expect(evidence?.packets).toHaveLength(20);
    expect(evidence?.connectionCount).toBe(50);
  });
});

describe("detectors", () => {
  it("find nothing in healthy traffic, and nothing in none", () => {
    expect(findingsOf({ connections: times(50, () => connection()) })).toEqual([]);
    expect(findingsOf({})).toEqual([]);
  });

  it("describe every rule once", () => {
    const rules = DETECTOR_DESCRIPTIONS.flatMap((description) => description.rules);
    expect(new Set(rules).size).toBe(rules.length);
    expect(rules).toContain("tcp.receiver-not-reading");
  });
});
