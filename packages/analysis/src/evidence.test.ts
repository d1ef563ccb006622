import { describe, expect, it } from "vitest";
import { DETECTOR_DESCRIPTIONS } from "./detectors.ts";
import { EdgeMap } from "./edges.ts";
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

describe("EdgeMap", () => {
  it("follows clients beyond its limit together, and says so in findings where there are even more edges", () => {
    const edges = new EdgeMap(() => ({}), 1);
    edges.of(connection({ clientService: "first" }));
    const others = edges.of(connection({ clientService: "second" }));
    expect(edges.of(connection({ clientService: "third" }))).toBe(others);
    expect(edges.of(connection({ clientService: "third", serverService: "beyond" }))).toBeUndefined();
    expect([...edges.all()].map(({ edge }) => [edge.clientService, edge.isLimited])).toEqual([
      ["first", true],
      ["other clients", true],
    ]);
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
